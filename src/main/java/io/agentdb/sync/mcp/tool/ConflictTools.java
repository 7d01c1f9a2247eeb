package io.agentdb.sync.mcp.tool;

import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.mcp.tool.Answer.Item;
import io.agentdb.sync.memory.Json;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.SafeText;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.replica.edit.RevisionEditor;
import io.agentdb.sync.review.conflict.ConflictArchive;
import io.agentdb.sync.review.conflict.ConflictDifference;
import io.agentdb.sync.review.conflict.ConflictFilter;
import io.agentdb.sync.review.conflict.ConflictResolution;
import io.agentdb.sync.review.conflict.ConflictRow;
import io.agentdb.sync.review.conflict.LoggedConflict;
import io.agentdb.sync.review.conflict.ResolutionRequest;
import io.agentdb.sync.revision.ConflictOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** {@code list_conflicts} and {@code resolve_conflict}: what two sides wrote without knowing of each other. */
@Component
class ConflictTools implements ToolSet {

    private static final int MOST = 50;
    private static final int SHOWN = 300;
    /** Of an agent's reason, beside its name where the conflict log has room for one of 200 characters. */
    private static final int REASON = 120;

    private final ConflictArchive archive;
    private final ConflictResolution resolution;
    private final RevisionEditor records;
    private final Audit audit;

    ConflictTools(ConflictArchive archive, ConflictResolution resolution, RevisionEditor records, Audit audit) {
        this.archive = archive;
        this.resolution = resolution;
        this.records = records;
        this.audit = audit;
    }

    @Override
    public List<Tool> tools() {
        return List.of(
                new Tool("list_conflicts", "List conflicts, newest first: both sides, in the fields in which they"
                        + " differ.", Effect.READS, List.of(
                        Argument.text("kind", "Only of this kind").among(Kind.ALL.stream().map(Kind::name).toList()),
                        Argument.text("outcome", "What came of them; open ones wait for a decision")
                                .or(ConflictOutcome.OPEN.label()).among(Arrays.stream(ConflictOutcome.values())
                                        .map(ConflictOutcome::label).toList()),
                        Argument.whole("limit", "How many").or(10).from(1, MOST),
                        Argument.text("cursor", "\"next\" of the answer before")), this::list),
                new Tool("resolve_conflict", "Decide a conflict: of an open one this is the end, of a closed one it"
                        + " restores what was lost, once. Refused if the record has changed since, unless expected"
                        + " names its present version. Both sides stay in the log.", Effect.OVERWRITES, List.of(
                        Argument.whole("id", "The conflict's number").needed(),
                        Argument.text("pick", "Which side, a merge of both, or the record as given").needed()
                                .among(Arrays.stream(ResolutionRequest.Choice.values())
                                        .map(ResolutionRequest.Choice::label).toList()),
                        Argument.object("record", "The whole record, with pick=record"),
                        Argument.flag("deleted", "In place of record: that it is deleted"),
                        Argument.text("expected", "The record's version that you have looked at"),
                        Argument.text("reason", "Why, for people")), this::resolve));
    }

    private Answer list(Given given, Agent agent) {
        Map<String, List<String>> filters = new HashMap<>(Map.of("outcome", List.of(given.text("outcome"))));
        given.optionalText("kind").ifPresent(kind -> filters.put("kind", List.of(kind)));
        ListPage<ConflictRow> page = archive.list(ConflictFilter.of(filters), given.whole("limit"),
                given.optionalText("cursor").map(ConflictArchive::after).orElse(null));
        List<Item> entries = new ArrayList<>();
        for (ConflictRow row : page.items()) {
            archive.find(row.id()).ifPresent(conflict -> entries.add(entry(conflict)));
        }
        Answer answer = Answer.of("⚖️ " + entries.size() + " " + given.text("outcome") + " conflicts"
                + (page.next() == null ? "" : ", and there are more: go on with cursor=" + page.next()))
                .with("next", page.next());
        return answer.list("conflicts", entries, "a smaller limit shows fewer");
    }

    private Item entry(LoggedConflict conflict) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", conflict.id());
        fields.put("kind", conflict.kind().name());
        fields.put("record", conflict.record().toString());
        fields.put("peer", conflict.peerNode().name());
        fields.put("outcome", conflict.outcome().label());
        fields.put("detectedAt", conflict.detectedAt().toString());
        fields.put("current", current(conflict));
        List<Map<String, Object>> differences = new ArrayList<>();
        StringBuilder text = new StringBuilder("Conflict " + conflict.id() + " about " + conflict.kind() + " "
                + conflict.record() + " with " + conflict.peerNode().name() + "\n   Current: " + current(conflict));
        for (ConflictDifference one : ConflictDifference.of(conflict)) {
            String local = value(one.local());
            String remote = value(one.remote());
            differences.add(Map.of("field", one.field(), "local", local, "remote", remote));
            text.append("\n   ").append(SafeText.text(one.field(), 60)).append(": local ").append(local)
                    .append(" | remote ").append(remote);
        }
        fields.put("differences", differences);
        return new Item(Long.toString(conflict.id()), text.toString(), fields);
    }

    private String current(LoggedConflict conflict) {
        return ConflictResolution.name(records.find(conflict.kind(), conflict.record()));
    }

    private static String value(@Nullable Object value) {
        return value == null ? "–" : Preview.line(value instanceof Json json ? json.text()
                : value.toString(), SHOWN);
    }

    private Answer resolve(Given given, Agent agent) {
        long id = given.optionalWhole("id").orElseThrow();
        ObjectNode body = given.fields(List.of("pick", "record", "deleted", "expected"));
        String reason = given.optionalText("reason")
                .map(why -> Preview.cut(SafeText.text(Preview.line(why, REASON), REASON), REASON)).orElse("");
        body.put("by", agent.name() + " (agent)" + (reason.isEmpty() ? "" : ": " + reason));
        LoggedConflict resolved = resolution.resolve(id, ResolutionRequest.read(body));
        audit.record("changed", agent.name(), Map.of("tool", "resolve_conflict", "conflict", id, "pick",
                given.text("pick"), "reason", reason));
        return Answer.of("✅ Resolved conflict #" + id + ": " + given.text("pick")).with("id", id)
                .with("kind", resolved.kind().name()).with("record", resolved.record().toString())
                .with("current", current(resolved)).with("resolvedBy", resolved.resolvedBy());
    }
}
