package io.agentdb.sync.memory;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * The bounds of every parser of JSON that has been stored, or may be. A library's own are below what the database
 * holds: a record that was stored could then not be sent, merged or imported, and whatever is behind it would wait.
 */
public final class JsonLimits {

    /**
     * Characters of a number: PostgreSQL's have 131,072 digits before the point and 16,383 behind it, all written out
     * in {@code jsonb}.
     */
    public static final int NUMBER = 150_000;

    private JsonLimits() {
    }

    /**
     * For what the database holds, or may be given to hold.
     *
     * @param depth levels of nesting
     */
    public static JsonFactory stored(int depth) {
        return factory(depth, Integer.MAX_VALUE, NUMBER);
    }

    /** @param characters of a name or a text */
    static JsonFactory factory(int depth, int characters, int number) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(depth)
                        .maxStringLength(characters)
                        .maxNameLength(characters).maxNumberLength(number).build())
                .streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(depth).build())
                // Names are data here: kept for the next text, thousands of long ones would stay in memory.
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .build();
    }
}
