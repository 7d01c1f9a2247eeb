package io.agentdb.sync.admission;

import java.util.regex.Pattern;

/** What others say, as it may stand in a log or on a screen. */
public final class PlainText {

    /**
     * Line ends and escapes, which would forge lines and drive a terminal; and what turns the direction of text or is
     * not seen.
     */
    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private PlainText() {
    }

    /** One line of it, at most so many characters. */
    public static String of(String text, int longest) {
        String cut = text.length() > longest ? text.substring(0, longest) + "…" : text;
        return UNSEEN.matcher(cut).replaceAll("?");
    }
}
