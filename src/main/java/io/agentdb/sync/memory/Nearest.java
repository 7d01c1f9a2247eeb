package io.agentdb.sync.memory;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What somebody may have meant. Pure. */
public final class Nearest {

    private Nearest() {
    }

    /** The known word that is most like the given one; empty if none is like it, since a wild guess misleads. */
    public static Optional<String> to(String word, Collection<String> known) {
        String given = simplified(word);
        return known.stream().filter(one -> distance(given, simplified(one)) <= Math.max(1, given.length() / 3)
                        || given.length() > 2 && simplified(one).startsWith(given))
                .min(Comparator.comparingInt((String one) -> distance(given, simplified(one)))
                        .thenComparing(one -> one));
    }

    /** As the end of a sentence: {@code ; did you mean 'filters'?}, or nothing. */
    public static String hint(String word, Collection<String> known) {
        return to(word, known).map(one -> "; did you mean '" + one + "'?").orElse("");
    }

    private static String simplified(String word) {
        return word.substring(0, Math.min(word.length(), 100)).toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
    }

    /** Of Levenshtein: letters to insert, delete or replace. */
    public static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                row[j] = Math.min(Math.min(row[j], row[j - 1]) + 1,
                        corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                corner = above;
            }
        }
        return row[b.length()];
    }
}
