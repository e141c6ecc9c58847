package dev.asyncio.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A module's exported signatures as a text file, so that a change of its surface is a visible line in review.
public final class ApiDump {

    private ApiDump() {}

    /// Compares the dump of exported packages with `src/test/api/MODULE.txt`. Run the tests with
    /// `-Dapi.update=true` to write the file anew.
    public static void check(String module, String... exportedPackages) throws IOException {
        Path file = Path.of("src/test/api", module + ".txt");
        String dump = dump(exportedPackages);
        if (Boolean.getBoolean("api.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, dump);
        }
        assertEquals(Files.readString(file).replace("\r\n", "\n"), dump, "the API differs from " + file);
    }

    private static String dump(String... exportedPackages) throws IOException {
        var arguments = new ArrayList<String>();
        arguments.add("-protected");
        for (String name : exportedPackages) {
            try (Stream<Path> files = Files.list(Path.of("target/classes", name.split("\\.")))) {
                files.map(Path::toString)
                        .filter(file -> file.endsWith(".class") && !file.endsWith("package-info.class"))
                        .sorted()
                        .forEach(arguments::add);
            }
        }
        String text = run("javap", arguments.toArray(String[]::new)).replaceAll("Compiled from .*\\R", "");
        return Stream.of(text.split("(?<=\\n}\\R)"))
                .filter(type -> type.startsWith("public "))
                .map(type -> type.replace("\r\n", "\n"))
                .collect(Collectors.joining("\n"));
    }

    static String run(String tool, String... arguments) {
        var output = new StringWriter();
        var writer = new PrintWriter(output);
        int status = ToolProvider.findFirst(tool).orElseThrow().run(writer, writer, arguments);
        assertEquals(0, status, () -> tool + " failed: " + output);
        return output.toString();
    }
}
