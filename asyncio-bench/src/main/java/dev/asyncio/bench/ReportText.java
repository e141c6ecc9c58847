package dev.asyncio.bench;

/// What the report says by itself, in words without numbers of a result.
final class ReportText {

    private static final String COMPILING_PERCENT = percent(Entrant.COMPILING_PART);
    private static final String OTHERS_PERCENT = percent(Figure.DISTURBED_PART);

    /// @param haveCoreEach whether server and client were pinned to a core each
    static String howItWasMeasured(boolean haveCoreEach) {
        return HOW_IT_WAS_MEASURED.replace("{cores}", haveCoreEach ? CORE_EACH : NO_CORE_EACH);
    }

    private static final String CORE_EACH = """
            Where they are two processes, the server has one core, the client another, and the machine has no more
              than it says below: on two cores, compilers and collectors of both compete with them. A JVM that is pinned to
              one core sees one processor, and so chooses the serial collector. Those of tables 1, 9, 9b and 11 are pinned
              nowhere.""";

    private static final String NO_CORE_EACH = """
            Not all of these files say that server and client had a core each ("pinned", at the bottom).
              Where they had not, what is said below of one core, or of a core of its own, is not so: a server may have taken
              all that the machine has.""";

    /// Above all.
    static final String HEAD = """
            # Benchmarks

            A tool wrote this page from the result files that lie beside its plots; nobody typed a number into its tables.
            Only the notes below the targets, and those that say why ours loses in a table, are written by hand, from profiles.
            To measure on a machine of your own:

            ```
            asyncio-bench/quick.sh     # asyncio, Netty and the JDK, a few minutes
            asyncio-bench/suite.sh     # everything on this page, into asyncio-bench/target/full; says how long it takes
            ```

            Servers outside the JVM take part where `asyncio-bench/peers/build.sh` finds what they need: `gcc` for the C
            programs; `g++` and Debian's package `libasio-dev` for Asio; CMake for Trantor and Drogon, which
            `CMAKE_PREFIX_PATH` leads to; Node for `ws`. Bun and `ws` are npm's packages of these names, in `node_modules` of
            `asyncio-bench/peers`, or in a folder that `PEERS_MODULES` names. What is missing is skipped, and named.

            Words such as "undecided" are explained in [How to read it](#how-to-read-it); what was done to be fair and right
            stands in [How it was measured](#how-it-was-measured).

            Not on this page: TLS (`TlsBenchmark` and `TlsIdleCost` of the module measure it, and decision 10 in
            `.github/decisions` tells of it), compression, fragmented messages, servers on more than one core, a real
            network, and other systems.
            """;

    static final String GLANCE = """
            A number is what asyncio came to; in the other columns stands how many times as good it is as who is
            named above them: 2.00 is twice the rate, or half the latency or memory, and below 1 asyncio is worse.
            "undecided" is what chance may have done, or compilers and others (without a number, asyncio itself came to
            twice as much in one half of its pair as in the other), "≤" and "≥" are bounds, since the
            client was the limit, and "–" was not measured. Contenders have the settings that are best over
            all loads of tables 12 and 12b, but for idle ones: for one load alone, others may be better.
            Who is not here, such as Netty's io_uring and busy wait, is in the tables, and ahead of ours in some.
            Where asyncio streams small blocks, each is a write of its own, while Bun joins them, and so does
            asyncio where a row says sendSoon; what its joining blocks of TCP carry is in table 3.

            """;

    private static final String HOW_IT_WAS_MEASURED = """
            - **Replies.** A reply counts when it has come back and every byte of it was checked; one wrong byte fails the
              run. Rates are messages by wall time; CPU is that of the whole process, in microseconds a message. It comes in
              ticks of 10 ms.
            - **Processes.** {cores}
            - **Time.** In fresh processes, each load comes unmeasured first, and those again, up to {more} times all together,
              during which compilers worked for more than {part} % of the time; 10,000 connections are left to what 1,000 have
              warmed up. Nobody knows what compilers of Bun and Node work, whose servers go by the client's. Then a load is on
              for {warm-up} s, and is measured for as long as its table says, and anew, up to {anew} times, where compilers were
              still at work, or others had more than {others} % of a core, in tables that say what they had. Table 1 comes
              unmeasured with all messages of a row, up to {table-1} times; table 11 warms up each piece, and in tables 9 and 9b
              all rests as long before connections come as with them. Others for which the bottom of this page tells no congestion control are older: they were
              rehearsed until compilers rested during the last of their loads, and measured once. With 10,000 connections that
              is a few messages on each, and percentiles are those of a few bursts: where a connection was answered less than
              {turns} times, p99.9 is left out.
            - **Rounds.** Numbers are medians over the rounds; in each round every contender takes its turn in fresh
              processes. Spread is between the least and the most of the rounds, as a part of the median, and a line across
              the bar in plots: a machine is faster at some times than at others. There are three rounds, with `--quick`
              one, and up to two more as long as gates refuse what they came to, or the halves of the A/A pair can be
              compared in fewer than three quiet ones, which older ones of these files do not heed.
            - **Gates** in code refuse a file, whose tables then have nothing but the reason; which of them there are depends
              on what a table has:

            | A file is refused if | in tables |
            | --- | --- |
            | a run lacks a figure, or had no replies | all |
            | a process had less memory with its connections than before, by more than {noise} B for each, or took less than {heap} B of heap for each | 9, 9b |
            | sockets were read back without TCP_NODELAY | all |
            | a client counted fewer seconds than passed for who started it, by more than {clock} %, or {clock-of-many} % with 1,000 connections or more; or more seconds, by {late} s besides | 1b, 2, 3, 3b, 4, 4b, 4c, 5, 6, 6b, 7, 7b, 8, 10, 10b, 12, 12b |
            | a process had more CPU time than passed on its core, or, where it is pinned to none, on all of them, by more than {clock} %, or {clock-of-many} % with 1,000 connections or more, and {ticks} ticks | 1, 1b, 2, 3, 3b, 4, 4b, 4c, 5, 6, 6b, 7, 7b, 8, 10, 10b, 12, 12b |
            | bytes moved faster than memory copies them | 1, 1b, 2, 3, 3b, 4, 4b, 4c, 5, 6, 6b, 7, 7b, 8, 12, 12b |
            | rate times latency is less than {least} times what was under way, or {least-of-many} times of 1,000 connections or more ({least-of-threads} where each has a platform thread of the JDK), or more than {most} times | 1, 1b, 2, 4, 4b, 4c, 6, 6b, 7, 7b, 12, 12b |
            | the mean latency is none that the percentiles allow | 1, 1b, 2, 4, 4b, 4c, 6, 6b, 7, 7b, 8, 12, 12b |
            | a codec that copies beat a plain copy, at its best, by more than {copy} % | 11 |
            | four times the messages took hardly longer | 1b, 2, 4, 4b, 4c, 6, 6b, 7, 7b, 12, 12b |
            | 64 KiB took neither longer nor more work than 64 B, one message at a time, nor longer than with most | 1, 1b, 4, 4b, 4c |
            | the median of a row beats the best round of the faster C program under the same load, in its rate or, for one message at a time, in its p50, by more than {floor} %, or {rough} % where that is only roughly a floor (below) | 1b, 2, 4, 4b, 4c, 6, 6b, 7, 7b, 10, 10b, 12, 12b |

            The C program is only roughly a floor with fewer than three rounds of it; for connects and handshakes;
            and in tables without one of their own, for messages of 64 KiB, and where the cores may have been
            further from each other for that of table 2. Streams have no floor.
            """.replace("{warm-up}", Metric.format(Comparison.Pace.FULL.load().warmUp().toMillis() / 1e3))
            .replace("{more}", Integer.toString(Comparison.Pace.FULL.moreRehearsals()))
            .replace("{part}", COMPILING_PERCENT)
            .replace("{others}", OTHERS_PERCENT)
            .replace("{anew}", Integer.toString(Comparison.Pace.FULL.maxAttempts() - 1))
            .replace("{table-1}", Integer.toString(RoundTripMain.MAX_REHEARSALS))
            .replace("{turns}", Metric.format(Remarks.LEAST_TURNS))
            .replace("{clock}", percent(Gates.CLOCK_TOLERANCE))
            .replace("{clock-of-many}", percent(Gates.CLOCK_TOLERANCE_OF_MANY))
            .replace("{ticks}", Integer.toString(Gates.CPU_TICKS))
            .replace("{late}", Double.toString(Gates.LATE_MARK_SECONDS))
            .replace("{least}", Double.toString(Gates.LEAST_IN_FLIGHT))
            .replace("{least-of-many}", Double.toString(Gates.LEAST_OF_MANY_IN_FLIGHT))
            .replace("{least-of-threads}", Double.toString(Gates.LEAST_OF_MANY_THREADS_IN_FLIGHT))
            .replace("{most}", Double.toString(Gates.MOST_IN_FLIGHT))
            .replace("{noise}", "%.0f".formatted(RunKind.NOISE_BYTES))
            .replace("{copy}", percent(Gates.COPY_NOISE))
            .replace("{floor}", percent(Floor.NOISE))
            .replace("{rough}", percent(Floor.ROUGH_NOISE))
            .replace("{heap}", "%.0f".formatted(RunKind.LEAST_HEAP_BYTES));

    static final String HOW_TO_READ_IT = """
            - **Comparing.** "asyncio, times as good" compares within a round: 2.00 is a rate twice that of the row, or half
              its latency (p50, and in a column of its own p99); below 1, asyncio is worse. It is the median of these ratios,
              while rows are ordered by their own medians, so the one may contradict the other: by a little, and by much
              where rounds lie far apart. "asyncio, again" is asyncio measured twice, the A/A pair; others are compared with
              both, by the geometric mean.
            - **Quiet rounds.** A round is quiet for those who are compared in it if none of them is "compiling" or
              "disturbed" in it, by what is said of these words below; where it is not known, nothing is held against it.
              Nothing is decided by fewer than three quiet rounds of theirs, and of the A/A pair. What the others say counts
              all the same.
            - **Deciding.** A ratio alone is decided: with three quiet rounds or more, it lies on the same side of 1 in every
              round, by more than the halves of the A/A pair were apart in any round, or, with five rounds or more, in any but
              one. With as many quiet rounds, "tie" says that it differs from 1 by at most {tie} % in every round. All else is
              "undecided": too few quiet rounds, or rounds that contradict each other, or that are no further from 1 than our
              own two halves from each other, or only a bound. Where
              all contenders were equal, and equally restless, three rounds would decide falsely in one comparison of a hundred,
              by simulation, four in one of eight hundred, and five in one of a thousand: there are hundreds here, so a few
              are decided falsely, mostly several of one load, since all its rows have the same A/A pair. Who is more restless than ours
              is decided falsely more often, by three rounds in up to one of four; where ours is, what it loses is undecided.
            - **Targets.** One is reached or missed where all of three quiet rounds or more say so: "within noise", if by less
              than the halves of the A/A pair were apart. It is undecided where rounds contradict each other; "between" is
              the least and the most of them. Where it is a limit for ours alone, a round counts by the worse half of the
              pair. There may be too few quiet rounds, of either.
            - **Server or client?** The client polls, so its core is never free; "client idle %" is how much of the time it
              found nothing. If that is little, both sides may be busy, as the lighter one fills its time with smaller
              batches: a ratio is of whole systems, server and client. Which of the two was waited for then shows in "client
              ready", the connections on which replies, or parts of them, lay when the client looked, or on which it could
              go on sending: if few of many, the rest lay with the server, which was the limit;
              if more than half, it was the client. One look finds {ready} at most; where it
              mostly does, of 10,000, nobody knows how many there were. "server CPU %" tells it only of servers that do not
              spin: busy waits, and ours within its budget, are at 100 % whatever they do.
            - **"client-limited"** is a row whose client was busy {client} % of the time, while the server was busy less than
              {server} % of it, or had less than half of what was under way: it could do more than was measured. So a ratio with
              it is a bound, "≤" or "≥"; it counts as no loss of who may be better, and a target that hangs on it as neither
              reached nor missed.
              "both busy" is a row where nothing tells who was waited for: of streams, of connects and handshakes, of one connection, of
              10,000 with as many ready as one look finds, and of older files.
            - **"starved"** is a row in which some connections waited so long that their latencies are missing: those that
              are there are the least that they can be, "≥". **"uneven"** has a mean latency of more than {uneven} times the
              median.
            - At a fixed rate, **"could not keep up"** is a row with more than {rate} % fewer messages than were asked for, and
              **"caught up"** one with more, which had been left from before.
            - **"cores apart"** is a row with rounds in which the two cores were more than {far} times as far from each other as at
              the best, by the time that one takes to see what the other has written: a virtual machine may be moved. The
              suite waits until they are near again, but not for ever. Of one round, only what was measured at the same
              distance is compared. **"distance unknown"** says how many rounds do not tell, for want of a quiet moment.
            - **"compiling"** is a row with rounds in which compilers of either side worked for more than {part} % of the
              time, on the cores that were to do something else: it would do better later.
            - **"disturbed"** is a row with rounds in which other programs, or machines beside a virtual one, had more of the
              two cores than {others} % of one, at least. Where nobody is pinned, and in files whose tables do not say what
              others had, it is not known.
            - **"refused before"** says how often gates refused a measurement of the row, so that it was repeated.
            """.replace("{part}", COMPILING_PERCENT)
            .replace("{others}", OTHERS_PERCENT)
            .replace("{tie}", percent(Noise.TIE - 1))
            .replace("{ready}", Metric.format(Limit.MOST_READY))
            .replace("{client}", "%.0f".formatted(Limit.BUSY_CLIENT_PERCENT))
            .replace("{server}", "%.0f".formatted(Limit.BUSY_SERVER_PERCENT))
            .replace("{uneven}", Double.toString(Remarks.UNEVEN))
            .replace("{rate}", percent(Remarks.RATE_TOLERANCE))
            .replace("{far}", "%.0f".formatted(CoreDistance.FAR_TIMES));

    private static String percent(double part) {
        return "%.0f".formatted(100 * part);
    }

    static final String WINS_AND_LOSSES = """
            Each table is decided by its first column of numbers; where that is p50, once more by p99, which counts as a table
            of its own here. In tables 3 and 5, whoever joins small blocks beats whoever writes each by itself; ours that
            joins has rows there, and none here. CPU decides nothing here: what ours takes for its spin stands in the tables
            alone. Why ours loses is said at the table, where a profile has shown it. Of what is undecided, some was ahead, or
            behind, in each round, but by less than the halves of the A/A pair were apart, or in too few quiet rounds, or with
            a client that was the limit.

            """;

    /// Has a place for when the run was begun that the tables are of.
    static final String FURTHER_RUNS = """
            The tables below are of files begun %s. Whether another run was on the same machine is said of each of its files
            and the one here that it is compared with. A row is contradicted where it is a win of ours in the one run and a
            loss in the other, or a tie in the one, and decided in the other by a ratio that is more than 5 %% away from 1 and
            from the tie. What is decided in one run only is a tie or undecided in the other; such rows differ where the
            medians of both runs do, by more than the halves of the A/A pair in either. As in the table above, ours in other
            settings is left out. On another machine, waking a core, a system call or a copy may cost otherwise, and rows
            differ that depend on it. Other files that do not tell what compilers worked are of loads that came unmeasured
            once.
            """;

    static final String COMING_FROM_CPP = """
            ## If you come from the C++ library's table

            The C++ library of the same idea published a table that cannot be right, and its best rows are among those
            that were never measured:

            - *27 million round trips a second.* No server had been started; the refused connect was dropped, and the
              requested count was credited all the same. Here a reply counts when it is there, and a refused connect
              fails the run.
            - *45 us, whatever the payload.* No server had been started here either, so no payload went anywhere. Here a
              file in which neither time nor work rises with the payload is refused.
            - *Rates by the CPU time of the calling thread.* A thread that waits uses none, so the longer it waited
              the faster it looked. Here rates are by wall time, rate times latency has to be what was under way, and
              where the client is a process by itself, another has to have seen as much time pass.

            What stands here instead, for one connection and one message at a time:
            """;

    static final String WHERE = """
            Options read back are those of a socket that is connected as the load clients connect theirs.

            """;

    private ReportText() {}
}
