package io.agentdb.sync.ui.words;

import io.agentdb.sync.memory.Column;
import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.memory.Merging;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.review.conflict.LoggedConflict;
import io.agentdb.sync.revision.Merge;
import io.agentdb.sync.revision.Revision;
import io.agentdb.sync.version.Dot;
import io.agentdb.sync.version.Hlc;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Both versions of a conflict, field by field, with what may become of each. There is no third version that both began
 * from, so nothing says which side has changed a field. Pure.
 *
 * @param title the beginning of the record's task, name or relationship
 * @param result what came of it; null while it is open, and if it ended elsewhere
 * @param seen what each side had seen of the other
 * @param fields that differ
 * @param same the names of those that do not
 */
public record ConflictDesk(String title, DeskSide here, DeskSide there, @Nullable DeskSide result, String seen,
        List<FieldRow> fields, List<String> same) {

    /** One of the two versions, or the one that came of them. */
    public record DeskSide(String node, Instant writtenAt, boolean deleted, String version) { }

    /**
     * A field in which they differ.
     *
     * @param choice whether a person can choose; else {@code merged} becomes of it, and {@code rule} says why
     * @param result what became of it; null where the desk has none
     * @param merged what merging makes of it
     * @param editable false of a text that is too long for a form
     */
    public record FieldRow(String name, String here, String there, TextDiff diff, boolean choice,
            @Nullable String result, String merged, @Nullable String rule, boolean editable) {

        /** Lines that an entry field needs. */
        public int lines() {
            return (int) Math.min(12, Math.max(1, merged.lines().count() + merged.length() / 60));
        }
    }

    /** Beyond, a form would send megabytes to and fro. */
    public static final int EDITABLE = 20_000;

    private static final JsonMapper JSON = new JsonMapper();

    public static ConflictDesk of(LoggedConflict conflict) {
        Kind kind = conflict.kind();
        Content here = conflict.local().content();
        Content there = conflict.remote().content();
        Revision result = conflict.result();
        Content became = result == null ? null : result.content();
        Optional<Content> merged = merged(conflict);
        List<FieldRow> rows = new ArrayList<>();
        List<String> same = new ArrayList<>();
        for (int i = 0; i < kind.columns().size(); i++) {
            Column column = kind.columns().get(i);
            String ours = FieldText.of(column, here == null ? null : here.get(i));
            String theirs = FieldText.of(column, there == null ? null : there.get(i));
            String ended = result == null ? null : FieldText.of(column, became == null ? null : became.get(i));
            // A person's own words may be of a field that was the same in both.
            if (ours.equals(theirs) && (became == null || ours.equals(ended))) {
                same.add(Shape.field(column));
            } else {
                int at = i;
                rows.add(row(column, ours, theirs, ended,
                        FieldText.of(column, merged.map(one -> one.get(at)).orElse(null)), merged.isPresent()));
            }
        }
        return new ConflictDesk(title(kind, here != null ? here : there), side(conflict.local()),
                side(conflict.remote()), result == null ? null : side(result), seen(conflict), rows, same);
    }

    /** Whether a record can be made of both, field by field. */
    public boolean mergeable() {
        return !here.deleted() && !there.deleted();
    }

    /**
     * The record that a filled-in form makes, as the API takes it.
     *
     * @param form a field's value by its name, empty if it is not there: {@code f.name} says here, there, merged or
     *     own, and {@code v.name} what is own
     * @throws InvalidInput naming the field whose JSON is none
     */
    public static ObjectNode record(LoggedConflict conflict, UnaryOperator<String> form) {
        ObjectNode here = tree(conflict, conflict.local().fields());
        ObjectNode there = tree(conflict, conflict.remote().fields());
        ObjectNode merged = tree(conflict, merged(conflict).orElseThrow());
        ObjectNode record = JSON.createObjectNode();
        for (Column column : conflict.kind().columns()) {
            String name = Shape.field(column);
            JsonNode value = switch (form.apply("f." + name)) {
                case "here" -> here.get(name);
                case "there" -> there.get(name);
                case "own" -> FieldText.read(column, form.apply("v." + name));
                default -> merged.get(name);
            };
            if (value != null) {
                record.set(name, value);
            }
        }
        return record;
    }

    private static Optional<Content> merged(LoggedConflict conflict) {
        return conflict.local().deleted() || conflict.remote().deleted() ? Optional.empty()
                : Optional.ofNullable(Merge.of(conflict.local(), conflict.remote()).content());
    }

    private static ObjectNode tree(LoggedConflict conflict, Content content) {
        // By its text: a tree that is made of the object has a Json as what is neither an object nor an array.
        String text = JSON.writeValueAsString(Shape.of(conflict.kind()).item(conflict.record(), content));
        return (ObjectNode) JsonText.trusted(text);
    }

    private static FieldRow row(Column column, String here, String there, @Nullable String result, String merged,
            boolean both) {
        String rule = switch (column.merging()) {
            case ADDED_UP -> "counts add up";
            case WEIGHTED -> "an average of what both have counted";
            case EARLIEST -> "the earlier";
            case LATEST -> "the later";
            default -> null;
        };
        return new FieldRow(Shape.field(column), here, there, TextDiff.of(here, there), both && rule == null, result,
                merged, rule, column.merging() != Merging.IDENTITY
                        && Math.max(merged.length(), Math.max(here.length(), there.length())) <= EDITABLE);
    }

    private static DeskSide side(Revision one) {
        return new DeskSide(one.version().dot().actor().nodeId().name(), Hlc.instant(one.version().hlc()),
                one.deleted(), one.version().dot().write().toString());
    }

    /** From the two version vectors. */
    private static String seen(LoggedConflict conflict) {
        return "Neither side knew of the other’s change: " + seen(conflict.local(), conflict.remote()) + "; "
                + seen(conflict.remote(), conflict.local()) + ".";
    }

    private static String seen(Revision one, Revision other) {
        Dot dot = other.version().dot();
        Long upTo = one.version().context().counters().get(dot.actor());
        return one.version().dot().actor().nodeId().name() + " had seen "
                + (upTo == null ? "nothing of this record from " : "")
                + dot.actor().nodeId().name() + (upTo == null ? "" : "’s writes up to number " + upTo)
                + ", this is its " + dot.counter();
    }

    private static String title(Kind kind, @Nullable Content content) {
        if (content == null) {
            return kind.name();
        }
        String column = kind == Kind.EPISODES ? "task" : kind == Kind.SKILLS ? "name" : "relationship";
        return Wording.cut(Objects.toString(content.get(kind.indexOf(column))), 80);
    }
}
