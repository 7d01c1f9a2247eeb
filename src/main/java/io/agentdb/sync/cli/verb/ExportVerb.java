package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.NodeClient;
import io.agentdb.sync.cli.output.Printer;
import io.agentdb.sync.cli.output.Words;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Records, out. */
@Command(name = "export", description = "All records, or those that a search finds, as of one moment, in a"
        + " form that import reads.")
public final class ExportVerb extends Verb implements Callable<Integer> {

    @Option(names = {"-f", "--file"}, paramLabel = "FILE", description = "Whole or not there; stdout if not given.")
    @Nullable String file;
    @Option(names = "--kind", paramLabel = "KIND", description = "Of episodes, skills, edges; with commas.")
    @Nullable String kinds;
    @Option(names = "--format", paramLabel = "ndjson|sqlite", description = "sqlite is a file that AgentDB opens.")
    @Nullable String format;

    @Option(names = "--words", paramLabel = "TEXT", description = "Only what memory search finds by them.")
    @Nullable String words;
    @Option(names = "--filter", paramLabel = "NAME=VALUE", description = "Only what has it, as sessionId=s1, tags=a,"
            + " since=2026-11-30T00:00Z; with node=ID, who wrote what the words find.")
    Map<String, String> filters = new LinkedHashMap<>();

    @Override
    public Integer call() {
        if ("sqlite".equals(format) && file == null && Printer.isTerminal()) {
            throw new CommandFailure(Exit.USAGE, "a SQLite file is nothing for a terminal: say --file FILE");
        }
        Map<String, @Nullable Object> asked = new LinkedHashMap<>();
        asked.putAll(filters);
        asked.put("kinds", kinds);
        asked.put("q", words);
        asked.put("format", format);
        try (InputStream in = node().ask("GET", "/export" + NodeClient.query(asked), "", null)) {
            if (file == null) {
                OutputStream out = new FileOutputStream(FileDescriptor.out);
                in.transferTo(out);
                out.flush();
            } else {
                store(in, Path.of(file).toAbsolutePath());
            }
            return done();
        } catch (IOException e) {
            throw new CommandFailure(Exit.FAILED, "the export broke off, and is not complete (" + e.getMessage() + ")");
        }
    }

    /** It holds somebody's memory, and half of it would look like all of it. */
    private void store(InputStream in, Path place) throws IOException {
        Path draft = Files.createTempFile(place.getParent(), place.getFileName() + ".", ".part");
        try {
            try (OutputStream out = Files.newOutputStream(draft)) {
                in.transferTo(out);
            }
            Files.move(draft, place, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        out().thing(JsonTree.object("file", place.toString(), "bytes", Files.size(place)), () -> "Exported to " + place
                + ", " + Words.bytes(place.toFile().length()) + ".");
    }
}
