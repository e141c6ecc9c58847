package dev.asyncio.bench;

/// What a check came to; its last line, and the process's exit status.
///
/// @param passed whether all is as it must be
/// @param finding what was found, with its numbers
record Verdict(boolean passed, String finding) {

    /// Of a check that could not go on.
    static Verdict failed(ChildJvm.Failure reason, long seed) {
        return new Verdict(false, reason.getMessage() + "; seed " + seed);
    }

    void report() {
        System.out.println((passed ? "pass: " : "FAIL: ") + finding);
        if (!passed) {
            System.exit(1);
        }
    }
}
