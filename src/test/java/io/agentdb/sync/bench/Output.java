package io.agentdb.sync.bench;

import java.util.Locale;

/**
 * Results as lines {@code name value unit}, one each, so that they can be read by a program; remarks begin with
 * {@code #}.
 */
public final class Output {

    private Output() {
    }

    public static void print(String name, double value, String unit) {
        System.out.printf(Locale.ROOT, "%s %.3f %s%n", name, value, unit);
    }

    public static void print(String name, long value, String unit) {
        System.out.println(name + " " + value + " " + unit);
    }

    public static void print(String name, boolean value) {
        System.out.println(name + " " + value + " boolean");
    }

    public static void remark(String text) {
        System.out.println("# " + text);
    }
}
