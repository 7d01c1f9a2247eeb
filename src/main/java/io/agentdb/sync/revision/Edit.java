package io.agentdb.sync.revision;

import io.agentdb.sync.memory.Content;
import io.agentdb.sync.memory.Kind;
import io.agentdb.sync.version.Dot;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a person makes of a record.
 *
 * @param content null for a delete
 * @param over the versions that it takes the place of
 * @param choice see {@link io.agentdb.sync.version.Version#choice()}
 * @param history of the content, under the dot that it gets
 */
public record Edit(@Nullable Content content, List<Revision> over, boolean choice, Function<Dot, History> history) {

    /** One of the versions, a delete as well. */
    public static Edit pick(Revision chosen, List<Revision> over) {
        return new Edit(chosen.content(), over, true, dot -> History.carriedOver(chosen, true));
    }

    /** One content out of several. Every node would make the same of them, so it is nobody's choice. */
    public static Edit merge(Revision merged, List<Revision> over) {
        return new Edit(merged.content(), over, false, dot -> History.carriedOver(merged, false));
    }

    public static Edit delete(List<Revision> over) {
        return new Edit(null, over, true, dot -> History.NONE);
    }

    /** A content of the person's own. Its statistics are a sum, to which the others' parts still belong. */
    public static Edit replace(Kind kind, Content content, List<Revision> over) {
        return new Edit(content, over, true, dot -> kind == Kind.SKILLS
                ? over.stream().filter(revision -> !revision.deleted()).map(SkillTallies::of).reduce(SkillTallies::join)
                        .map(known -> History.of(null, known.amounting(dot.actor().name(), dot.counter(), kind, content)
                                .json()))
                        .orElse(History.NONE)
                : History.NONE);
    }
}
