package io.agentdb.sync.ui;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.ui.Model;

/** What a page tells of something that was done or was not. It stays until somebody takes it away. */
public final class Notes {

    /**
     * One note.
     *
     * @param css ok, warn or bad
     * @param more what else there is to say, line by line
     */
    public record Note(String css, String text, List<String> more) { }

    private Notes() {
    }

    public static Note ok(String text) {
        return new Note("ok", text, List.of());
    }

    public static Note warn(String text, List<String> more) {
        return new Note("warn", text, more);
    }

    public static Note bad(String text) {
        return new Note("bad", text, List.of());
    }

    /** Whether the caller is a script that puts the answer into a page which is open. */
    public static boolean isPartly(HttpServletRequest request) {
        return "true".equals(request.getHeader("HX-Request"));
    }

    /** The note alone for a page that is open, else on a page of its own with the way back. */
    public static String shown(HttpServletRequest request, Model model, Note note, String back) {
        model.addAttribute("note", note).addAttribute("back", back).addAttribute("active", "");
        return isPartly(request) ? "ui/parts :: note" : "ui/done";
    }
}
