package io.agentdb.sync.cli.output;

import io.agentdb.sync.cli.client.JsonTree;
import java.util.function.Function;

/**
 * One column of a table.
 *
 * @param head its title, in capitals
 * @param path the member that programs get, with dots
 * @param shown the same for people
 */
public record TableColumn(String head, String path, Function<JsonTree, String> shown) {

    public static TableColumn of(String head, String path) {
        return new TableColumn(head, path, value -> Words.safe(value.text()));
    }

    public static TableColumn number(String head, String path) {
        return new TableColumn(head, path, value -> value.isNull() ? "-" : Words.number(value.number()));
    }

    public static TableColumn bytes(String head, String path) {
        return new TableColumn(head, path, value -> value.isNull() ? "-" : Words.bytes(value.number()));
    }

    public static TableColumn time(String head, String path) {
        return new TableColumn(head, path, value -> value.isNull() ? "-" : Words.ago(value.text()));
    }

    /** Of that many characters at most. */
    public static TableColumn cut(String head, String path, int longest) {
        return new TableColumn(head, path, value -> Words.cut(Words.safe(value.text()), longest));
    }

    String of(JsonTree row) {
        return shown.apply(row.at(path));
    }
}
