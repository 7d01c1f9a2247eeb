package io.agentdb.sync.bench;

/**
 * What the benchmark is run with, from system properties {@code bench.*}.
 *
 * @param heap the {@code -Xmx} of each node
 * @param delta records changed before the second sync
 * @param writes single writes whose way to the other node is timed
 * @param nodeOptions further JVM options of the nodes, separated by spaces
 */
public record Sizes(int episodes, int skills, int edges, String heap, int delta, int writes, String nodeOptions) {

    /** Those of {@code docker/java.options} and of the README that change what a node costs. */
    private static final String AS_THE_IMAGE = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
            // The image's Java is 25, and knows it.
            + (Runtime.version().feature() < 25 ? "" : " -XX:+UseCompactObjectHeaders");

    public static Sizes fromProperties() {
        return new Sizes(number("bench.episodes", 100_000), number("bench.skills", 5_000),
                number("bench.edges", 20_000), System.getProperty("bench.heap", "256m"), number("bench.delta", 1_000),
                number("bench.writes", 30), nodeOptionsOrThoseOfTheImage());
    }

    /** Maven passes an empty one where nothing is said. */
    private static String nodeOptionsOrThoseOfTheImage() {
        String said = System.getProperty("bench.nodeOptions", "");
        return said.isBlank() ? AS_THE_IMAGE : said;
    }

    public int records() {
        return episodes + skills + edges;
    }

    /** As this, with another {@code -Xmx}. */
    public Sizes withHeap(String other) {
        return new Sizes(episodes, skills, edges, other, delta, writes, nodeOptions);
    }

    /** As this, with as many episodes, and few others. */
    public Sizes withEpisodes(int other) {
        return new Sizes(other, 100, 100, heap, delta, writes, nodeOptions);
    }

    private static int number(String name, int otherwise) {
        int value = Integer.getInteger(name, otherwise);
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, not " + value);
        }
        return value;
    }
}
