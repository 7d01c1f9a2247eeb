package io.agentdb.sync.example;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Columns of text, as wide as they need to be; columns of nothing but numbers stand at the right. */
final class Table {

    private static final String COLOUR = "\033\\[[0-9;]*m";
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(Object... header) {
        row(header);
    }

    Table row(@Nullable Object... cells) {
        rows.add(Arrays.stream(cells).map(Table::text).toList());
        return this;
    }

    List<String> lines() {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        boolean[] right = new boolean[columns];
        for (int i = 0; i < columns; i++) {
            int column = i;
            widths[i] = rows.stream().mapToInt(row -> visible(row.get(column))).max().orElse(0);
            right[i] = rows.stream().skip(1).allMatch(row -> row.get(column).matches("[0-9,]+"));
        }
        List<String> lines = new ArrayList<>();
        rows.forEach(row -> lines.add(line(row, widths, right)));
        lines.add(1, Arrays.stream(widths).mapToObj("-"::repeat).collect(Collectors.joining(GAP)));
        return lines;
    }

    /** Whole numbers with commas, the same ones in every country: they stand in the documentation. */
    static String text(@Nullable Object cell) {
        if (cell instanceof Long || cell instanceof Integer) {
            return String.format(Locale.ROOT, "%,d", ((Number) cell).longValue());
        }
        return cell == null ? "-" : cell.toString();
    }

    private static String line(List<String> row, int[] widths, boolean[] right) {
        List<String> cells = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            String space = " ".repeat(widths[i] - visible(row.get(i)));
            cells.add(right[i] ? space + row.get(i) : row.get(i) + space);
        }
        return String.join(GAP, cells).stripTrailing();
    }

    private static int visible(String cell) {
        return cell.replaceAll(COLOUR, "").length();
    }
}
