package io.agentdb.sync.ui.picture;

import io.agentdb.sync.ui.words.Wording;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a record belongs to. Pure.
 *
 * @param more whether there are others that were not read
 */
public record Neighbourhood(List<Neighbour> all, boolean more, NeighbourPicture picture) {

    /**
     * One of them.
     *
     * @param edge that joins the two
     * @param outgoing whether the edge leads to this one, and not from it
     * @param type as the edge has it: a word of AgentDB's
     * @param id of the other record
     * @param kind of the other record; null if it is not here, or not yet
     * @param title the beginning of its text; null where kind is
     */
    public record Neighbour(UUID edge, String relationship, boolean outgoing, String type, UUID id,
            @Nullable String kind, @Nullable String title) {

        /** In a few words, also of one that is not here. */
        public String name() {
            return title == null ? type + " " + id : Wording.cut(title, 80);
        }

        /** An arrow as it leads from the record in the middle. */
        public String sign() {
            return outgoing ? "→" : "←";
        }
    }

    static Neighbourhood of(String title, List<Neighbour> all, boolean more) {
        return new Neighbourhood(all, more, NeighbourPicture.of(title, all));
    }
}
