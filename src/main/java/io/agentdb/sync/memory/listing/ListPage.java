package io.agentdb.sync.memory.listing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param next the token of the page that follows; null at the end
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ListPage<T>(List<T> items, @Nullable String next) {

    /**
     * @param read one more than the page is to have, if there are that many
     * @param token where a page ends that has this item last
     */
    public static <T> ListPage<T> of(List<T> read, int limit, Function<T, String> token) {
        return read.size() <= limit ? new ListPage<>(List.copyOf(read), null)
                : new ListPage<>(List.copyOf(read.subList(0, limit)), token.apply(read.get(limit - 1)));
    }

    public <U> ListPage<U> map(Function<T, U> view) {
        return new ListPage<>(items.stream().map(view).toList(), next);
    }
}
