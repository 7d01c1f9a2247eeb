package io.agentdb.sync.ui.words;

import com.github.difflib.DiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.Patch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Where two texts differ, word by word; of long ones line by line, and of those that would take too long, as a whole.
 * Pure.
 */
public record TextDiff(List<Piece> here, List<Piece> there) {

    /** A part of one text; marked if the other has something else in its place. */
    public record Piece(String text, boolean marked) { }

    /** The time grows with the product of both. */
    private static final int MOST_TOKENS = 4_000;
    private static final int LONGEST = 200_000;
    private static final Pattern WORDS = Pattern.compile("[\\p{L}\\p{N}_]+|\\s+|.", Pattern.DOTALL);
    private static final Pattern LINES = Pattern.compile("[^\n]*\n|[^\n]+");

    public static TextDiff of(String here, String there) {
        if (here.equals(there)) {
            return new TextDiff(pieces(here, false), pieces(there, false));
        }
        if (here.length() <= LONGEST && there.length() <= LONGEST && !here.isEmpty() && !there.isEmpty()) {
            for (Pattern tokens : List.of(WORDS, LINES)) {
                List<String> a = tokens(tokens, here);
                List<String> b = tokens(tokens, there);
                if (a.size() <= MOST_TOKENS && b.size() <= MOST_TOKENS) {
                    Patch<String> patch = DiffUtils.diff(a, b, new MyersDiffWithLinearSpace<>());
                    return new TextDiff(marked(a, patch, AbstractDelta::getSource),
                            marked(b, patch, AbstractDelta::getTarget));
                }
            }
        }
        return new TextDiff(pieces(here, true), pieces(there, true));
    }

    private static List<String> tokens(Pattern pattern, String text) {
        return pattern.matcher(text).results().limit(MOST_TOKENS + 1L).map(MatchResult::group).toList();
    }

    private static List<Piece> marked(List<String> tokens, Patch<String> patch,
            Function<AbstractDelta<String>, Chunk<String>> side) {
        boolean[] marks = new boolean[tokens.size()];
        for (AbstractDelta<String> delta : patch.getDeltas()) {
            Chunk<String> chunk = side.apply(delta);
            for (int i = chunk.getPosition(); i < chunk.getPosition() + chunk.size(); i++) {
                marks[i] = true;
            }
        }
        List<Piece> pieces = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < marks.length; i++) {
            if (i > 0 && marks[i] != marks[i - 1]) {
                pieces.add(new Piece(Wording.shown(text.toString()), marks[i - 1]));
                text.setLength(0);
            }
            text.append(tokens.get(i));
        }
        if (!text.isEmpty()) {
            pieces.add(new Piece(Wording.shown(text.toString()), marks[marks.length - 1]));
        }
        return pieces;
    }

    private static List<Piece> pieces(String text, boolean marked) {
        return text.isEmpty() ? List.of() : List.of(new Piece(Wording.shown(text), marked));
    }
}
