package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.NodeClient;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What came from peers and could not be applied. */
@Command(name = "quarantine", description = "What came from peers and could not be applied.")
public final class QuarantineVerb extends Verb implements Callable<Integer> {

    private static final String KEY = "As list says it: kind/id/actor/counter.";
    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("KEY", "key"),
            TableColumn.of("PEER", "peer"), TableColumn.of("CODE", "code"), TableColumn.number("TRIES", "attempts"),
            TableColumn.time("NEXT", "nextTry"), TableColumn.cut("REASON", "reason", 80));

    @Override
    public Integer call() {
        return list(null, null, null);
    }

    @Command(name = "list", description = "The newest first.")
    int list(@Option(names = "--kind", paramLabel = "KIND") @Nullable String kind,
            @Option(names = "--node", paramLabel = "NODE", description = "That it came from.") @Nullable String peer,
            @Option(names = "--cursor", paramLabel = "TEXT", description = "Of the page before.")
            @Nullable String cursor) {
        Map<String, @Nullable Object> asked = new LinkedHashMap<>();
        asked.put("kind", kind);
        asked.put("peer", peer);
        asked.put("cursor", cursor);
        JsonTree page = node().get("/quarantine" + NodeClient.query(asked));
        List<JsonTree> keyed = new ArrayList<>();
        for (JsonTree one : page.get("items").list()) {
            Map<String, @Nullable Object> more = new LinkedHashMap<>();
            more.put("key", String.join("/", one.get("kind").text(), one.get("id").text(), one.get("actor").text(),
                    one.get("counter").text()));
            one.members().forEach((name, value) -> more.put(name, value.value()));
            keyed.add(new JsonTree(more));
        }
        out().items(JsonTree.object("items", new JsonTree(keyed).list(), "next", page.get("next").value()), COLUMNS,
                "Nothing is in quarantine.");
        return done();
    }

    @Command(name = "show", description = "One of them, with its record.")
    int show(@Parameters(paramLabel = "KEY", description = KEY) String key) {
        JsonTree one = node().get(place(key));
        out().thing(one, () -> Words.safe(one.get("reason").text()) + "\n" + Words.safe(one.get("version").text()));
        return done();
    }

    @Command(name = "replay", description = "Try again to apply one, or --all. Ends with 8 if it is refused again.")
    int replay(@Parameters(paramLabel = "KEY", arity = "0..1", description = KEY) @Nullable String key,
            @Option(names = "--all", description = "At most 1,000, for half a minute.") boolean all) {
        if (all == (key != null)) {
            throw new CommandFailure(Exit.USAGE, "say which, or --all");
        }
        JsonTree came = node().post(key == null ? "/quarantine/replay" : place(key) + "/replay", null);
        out().thing(came, () -> key == null ? came.get("applied").text() + " applied, " + came.get("known").text()
                + " known, " + came.get("refused").text() + " refused, " + came.get("remaining").text() + " left"
                : came.get("outcome").text() + (came.get("reason").isNull() ? "" : ": "
                        + Words.safe(came.get("reason").text())));
        boolean well = key == null ? came.get("remaining").number() == 0 : !came.get("outcome").is("refused");
        return (well ? Exit.DONE : Exit.NOT_ALL_WELL).status();
    }

    @Command(name = "drop", description = "Give one up. Peers keep theirs.")
    int drop(@Parameters(paramLabel = "KEY", description = KEY) String key,
            @Option(names = "--yes", description = "Without asking.") boolean yes) {
        confirm(yes, "Give up " + key + "?");
        node().delete(place(key));
        out().thing(JsonTree.object("dropped", key), () -> "Given up.");
        return done();
    }

    private static String place(String key) {
        String[] parts = key.split("/", -1);
        if (parts.length != 4) {
            throw new CommandFailure(Exit.USAGE, "'" + key + "' is no key; it looks like kind/id/actor/counter");
        }
        StringBuilder place = new StringBuilder("/quarantine");
        for (String part : parts) {
            place.append('/').append(NodeClient.encoded(part));
        }
        return place.toString();
    }
}
