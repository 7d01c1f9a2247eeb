package io.agentdb.sync.example;

import java.io.PrintStream;

/**
 * What the reader sees. Plain ASCII: a terminal of another character set would show question marks. One thread at a
 * time.
 */
final class Screen {

    private static final String BOLD = "\033[1;36m";
    private static final String GREEN = "\033[32m";
    private static final String RED = "\033[1;31m";
    private static final String RESET = "\033[0m";
    private static final String CLEAR_LINE = "\r\033[K";

    private final PrintStream out;
    private final boolean colour;

    Screen(PrintStream out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    /** The process's own output; colours would be rubbish in a file or a pipe. */
    static Screen standard() {
        return new Screen(System.out, onTerminal() && System.getenv("NO_COLOR") == null);
    }

    static boolean onTerminal() {
        return System.console() != null;
    }

    void heading(String text) {
        out.println(painted(BOLD, "== " + text + " " + "=".repeat(Math.max(3, 92 - text.length()))));
        out.println();
    }

    void line(String text) {
        out.println(text.isEmpty() ? "" : "  " + text);
    }

    void gap() {
        out.println();
    }

    void table(Table table) {
        table.lines().forEach(this::line);
        gap();
    }

    /** @return the same text, as good or bad news */
    String verdict(boolean good, String text) {
        return painted(good ? GREEN : RED, text);
    }

    /** Takes the place of what was last drawn, and leaves the line open. */
    void redraw(String text) {
        out.print(CLEAR_LINE + "  " + text);
        out.flush();
    }

    void endLine() {
        out.println();
    }

    private String painted(String code, String text) {
        return colour ? code + text + RESET : text;
    }
}
