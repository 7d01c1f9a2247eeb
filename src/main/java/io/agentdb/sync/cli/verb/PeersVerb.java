package io.agentdb.sync.cli.verb;

import io.agentdb.sync.cli.client.CommandFailure;
import io.agentdb.sync.cli.client.Exit;
import io.agentdb.sync.cli.client.JsonTree;
import io.agentdb.sync.cli.client.Secrets;
import io.agentdb.sync.cli.output.TableColumn;
import io.agentdb.sync.cli.output.Words;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The nodes that this one synchronizes with. */
@Command(name = "peers", description = "The nodes that this one synchronizes with.")
public final class PeersVerb extends Verb implements Callable<Integer> {

    private static final List<TableColumn> COLUMNS = List.of(TableColumn.of("NAME", "name"),
            TableColumn.of("ADDRESS", "address"), TableColumn.of("TOKEN", "authToken"),
            TableColumn.cut("FINGERPRINT", "fingerprint", 17), TableColumn.of("ORIGIN", "origin"),
            TableColumn.of("SELF", "self"), TableColumn.of("DIALS", "dials"),
            TableColumn.of("PAUSED BY", "paused.who"));
    private static final List<TableColumn> INVITATIONS = List.of(TableColumn.of("ID", "id"),
            TableColumn.of("STATE", "state"), TableColumn.of("NAME", "name"), TableColumn.time("UNTIL", "expiresAt"),
            TableColumn.of("MADE BY", "madeBy"), TableColumn.of("USED BY", "usedBy"), TableColumn.of("AS", "peer"));
    /** Of differing records, on a screen; programs get what the node lists. */
    private static final int SHOWN = 20;

    @Override
    public Integer call() {
        return list();
    }

    @Command(name = "list", description = "All of them.")
    int list() {
        out().items(node().get("/peers"), COLUMNS,
                "No peers yet: agentdb-sync peers invite, or peers add NAME HOST:PORT");
        return done();
    }

    @Command(name = "add", description = "Add one.")
    int add(@Parameters(paramLabel = "NAME") String name, @Parameters(paramLabel = "HOST:PORT") String address,
            @Option(names = "--auth-token-file", paramLabel = "FILE", description =
                    "What to show to it, the text of its server-token; - for stdin.") @Nullable String tokenFile,
            @Option(names = "--fingerprint", paramLabel = "FP",
                    description = "Of its certificate, as its status has it.")
            @Nullable String fingerprint,
            @Option(names = "--type", split = ",", paramLabel = "KIND", description = "Of episodes, skills, edges.")
            @Nullable List<String> kinds,
            @Option(names = "--strategy", paramLabel = "NAME", description = "How conflicts are decided.")
            @Nullable String strategy) {
        JsonTree peer = node().post("/peers", JsonTree.object("name", name, "address", address, "authToken",
                tokenFile == null ? null : Secrets.read(tokenFile), "fingerprint", fingerprint, "kinds", kinds,
                "conflictStrategy", strategy));
        out().thing(peer, () -> "Added " + Words.safe(name) + " at " + peer.get("address").text()
                + ". Now: agentdb-sync sync " + Words.safe(name));
        return done();
    }

    @Command(name = "invite", description = "Make a text by which another node and this one become peers; hand it over"
            + " in secret.")
    int invite(@Parameters(paramLabel = "NAME", arity = "0..1", description = "What this node will call it; as it"
            + " calls itself if it is not given.") @Nullable String name,
            @Option(names = "--for", paramLabel = "15m", description = "How long it is good; 24h at most.")
            @Nullable String time,
            @Option(names = "--address", paramLabel = "HOST:PORT", description = "Where this node answers, if the"
                    + " addresses of this machine's networks are not what the other one sees. May be repeated.")
            @Nullable List<String> addresses) {
        JsonTree made = node().post("/invitations", JsonTree.object("name", name, "for", time, "addresses", addresses));
        out().thing(made, () -> {
            out().note("Good for one node until " + Words.ago(made.get("expiresAt").text())
                    + ". This node answers at " + made.get("addresses").list().stream()
                    .map(one -> Words.safe(one.text())).collect(Collectors.joining(", "))
                    + ". There: agentdb-sync peers join -");
            return made.get("text").text();
        });
        return done();
    }

    @Command(name = "invitations", description = "Those that this node has made, without their texts.")
    int invitations() {
        out().items(node().get("/invitations"), INVITATIONS, "No invitations: agentdb-sync peers invite");
        return done();
    }

    @Command(name = "withdraw", description = "Have an open invitation be good for nobody.")
    int withdraw(@Parameters(paramLabel = "ID") String id) {
        node().delete(path("/invitations/", id));
        out().thing(JsonTree.object("withdrawn", id), () -> "Withdrawn.");
        return done();
    }

    @Command(name = "join", description = "Become a peer of the node that has made a text, and it of this one.")
    int join(@Parameters(paramLabel = "TEXT|-", description = "The text, or - for stdin: it is a secret until it is"
            + " used, and an argument can be read by every user of the machine.") String text,
            @Option(names = "--name", paramLabel = "NAME", description = "What this node will call the other one; as it"
                    + " calls itself if it is not given.") @Nullable String name,
            @Option(names = "--address", paramLabel = "HOST:PORT", description = "Where this node answers, as of"
                    + " invite.") @Nullable List<String> addresses) {
        JsonTree joined = node().post("/invitations/join", JsonTree.object("text", text.equals("-")
                ? Secrets.pasted("Paste the invitation, in one line: ") : text, "name", name, "addresses", addresses));
        String peer = Words.safe(joined.at("peer.name").text());
        out().thing(joined, () -> "Joined " + peer + " at " + Words.safe(joined.at("peer.address").text())
                + ", which calls this node " + Words.safe(joined.get("nameThere").text())
                + ". Both list each other. Now: agentdb-sync sync " + peer);
        if (!joined.get("reachesUs").yes()) {
            out().note(peer + " does not reach this node: only this node dials, and what is written there comes when it"
                    + " does.");
        }
        return done();
    }

    @Command(name = "remove", description = "Remove one; what was synchronized stays.")
    int remove(@Parameters(paramLabel = "NAME") String name) {
        node().delete(path("/peers/", name));
        out().thing(JsonTree.object("removed", name), () -> "Removed " + Words.safe(name) + ".");
        return done();
    }

    @Command(name = "ping", description = "Connect if need be, and measure a round trip.")
    int ping(@Parameters(paramLabel = "NAME") String name) {
        JsonTree answer = node().post(path("/peers/", name) + "/ping", null);
        out().thing(answer, () -> String.format(Locale.ROOT, "%s is node %s: %.1f ms, its clock %+.0f ms",
                Words.safe(name), answer.get("nodeId").text(), answer.get("latencyMs").decimal(),
                answer.get("clockOffsetMs").decimal()));
        return done();
    }

    @Command(name = "pause", description = "Leave one alone, or all: no automatic and no live sync.")
    int pause(@Parameters(paramLabel = "NAME", arity = "0..1") @Nullable String name, @Option(names = "--all")
            boolean all, @Option(names = "--for", paramLabel = "30m", description = "Until somebody resumes it"
            + " if it is not given.") @Nullable String time) {
        JsonTree paused = node().post(which(name, all) + "/pause" + (time == null ? "" : "?for="
                + URLEncoder.encode(time, StandardCharsets.UTF_8)), null);
        out().thing(paused, () -> (all ? "All peers are" : Words.safe(String.valueOf(name)) + " is") + " paused"
                + (time == null ? ". Then: agentdb-sync peers resume " + (all ? "--all" : Words.safe(
                        String.valueOf(name))) : " for " + Words.safe(time) + "."));
        return done();
    }

    @Command(name = "resume", description = "End that. --all leaves the pauses of single ones.")
    int resume(@Parameters(paramLabel = "NAME", arity = "0..1") @Nullable String name,
            @Option(names = "--all") boolean all) {
        JsonTree resumed = node().post(which(name, all) + "/resume", null);
        out().thing(resumed, () -> "Resumed " + (all ? "all peers" : Words.safe(String.valueOf(name))) + ".");
        return done();
    }

    private static String which(@Nullable String name, boolean all) {
        if ((name == null) != all) {
            throw new CommandFailure(Exit.USAGE, "say which peer, or --all.");
        }
        return name == null ? "/peers" : path("/peers/", name);
    }

    @Command(name = "verify", description = "Compare with one, record by record. Ends with 8 if the two differ.")
    int verify(@Parameters(paramLabel = "NAME") String name, @Option(names = "--repair",
            description = "Exchange the records that differ.") boolean repair) {
        JsonTree report = node().post(path("/peers/", name) + "/verify", JsonTree.object("repair", repair));
        out().thing(report, () -> screen(report));
        return (report.get("equal").yes() ? Exit.DONE : Exit.NOT_ALL_WELL).status();
    }

    private String screen(JsonTree report) {
        String kinds = report.get("kinds").list().stream().map(kind -> "  " + kind.get("kind").text() + ": "
                + Words.number(kind.get("here").number()) + " here, " + Words.number(kind.get("there").number())
                + " there; only here " + kind.get("onlyHere").text() + ", only there " + kind.get("onlyThere").text()
                + ", other versions " + kind.get("versionsDiffer").text() + ", damaged " + kind.get("damaged").text()
                + (report.get("repair").yes() ? ", repaired " + kind.get("repaired").text() : ""))
                .collect(Collectors.joining("\n"));
        String differing = report.get("differing").list().stream().limit(SHOWN).map(one -> "\n  "
                + one.get("kind").text() + " " + one.get("id").text() + " " + one.get("difference").text())
                .collect(Collectors.joining());
        String advice = report.get("advice").list().stream().map(one -> "\n" + Words.safe(one.text()))
                .collect(Collectors.joining());
        return Words.safe(report.get("peer").text()) + ": " + out().mark(report.get("equal").yes() ? "equal"
                : "not equal", report.get("equal").yes()) + "\n" + kinds + differing + advice;
    }
}
