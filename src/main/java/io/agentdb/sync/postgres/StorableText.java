package io.agentdb.sync.postgres;

import java.nio.charset.StandardCharsets;

/** Text as PostgreSQL can store it: UTF-8 without NUL. Thread-safe. */
final class StorableText {

    private StorableText() {
    }

    /**
     * Encodes {@code text}, or refuses it. A lone surrogate would otherwise become a question mark, and two nodes would
     * hold different content under the same version.
     */
    static byte[] utf8(String text) {
        if (text == null) {
            throw new IllegalArgumentException("text is null");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("text has a NUL at " + i + ", which PostgreSQL cannot store");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c) || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllegalArgumentException("text has half a surrogate pair at " + i);
                }
                i++;
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
