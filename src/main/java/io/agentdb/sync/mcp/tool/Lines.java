package io.agentdb.sync.mcp.tool;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lines of answers as AgentDB writes them. Pure. */
final class Lines {

    private Lines() {
    }

    /** Of nothing where there is none. */
    static String fixed(@Nullable Double number, int digits) {
        return number == null ? "–" : String.format(Locale.ROOT, "%." + digits + "f", number);
    }

    /** An indented line; nothing of nothing. */
    static String of(String name, @Nullable String text) {
        return text == null || text.isBlank() ? "" : "\n   " + name + ": " + Preview.line(text, Preview.LENGTH);
    }
}
