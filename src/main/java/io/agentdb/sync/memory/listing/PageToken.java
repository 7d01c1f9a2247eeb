package io.agentdb.sync.memory.listing;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.memory.SafeText;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Base64;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/**
 * Where a page ended. Opaque to callers, and versioned, so that a token of another release is refused and not misread.
 */
public final class PageToken {

    private static final String VERSION = "1";

    private PageToken() {
    }

    /** @param place of the last item in the list's order; only the last part of it may contain a bar */
    public static String of(String list, String... place) {
        String text = VERSION + "|" + list + "|" + String.join("|", place);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @param parts how many a place has in that list's order
     * @param read makes a place of them; may throw what parsing throws
     * @throws InvalidInput if this service made no such token for this list
     */
    public static <T> T parse(String list, int parts, Function<List<String>, T> read, String token) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            String[] found = JsonText.utf8(bytes, bytes.length).split("\\|", parts + 2);
            if (found.length == parts + 2 && found[0].equals(VERSION) && found[1].equals(list)) {
                return read.apply(List.of(found).subList(2, parts + 2));
            }
        } catch (IllegalArgumentException | DateTimeException | NoSuchElementException | InvalidInput e) {
            // Said below: what is wrong inside of it is of no use to the caller.
        }
        throw new InvalidInput("cursor", "is not one of this service's for " + list + ": " + SafeText.quoted(token)
                + "; take it from \"next\" of the page before");
    }
}
