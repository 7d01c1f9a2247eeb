package io.agentdb.sync.bench;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What finding records by their words takes, and what it costs those who write. */
final class SearchBenchmark {

    private static final int SEARCHES = 200;
    private static final int WARM_UP = 100;
    private static final int ROUNDS = 5;

    private final Sizes sizes;

    SearchBenchmark(Sizes sizes) {
        this.sizes = sizes;
    }

    void run() throws IOException, InterruptedException, SQLException {
        try (NodeProcess node = new NodeProcess("searched", sizes);
                Connection connection = node.connect(); Statement statement = connection.createStatement()) {
            // From the first search on, words are noted down.
            node.rest().get("/search?q=margin&limit=1");
            write(node, connection);
            follow(node);
            // As a node that has been up for a minute has done by itself.
            statement.execute("vacuum (analyze)");
            stored(statement);
            List<String> texts = texts(statement, "output");
            search(node, "rare_word", texts(statement, "(regexp_match(output, '[0-9a-f]{14,16}'))[1]"));
            search(node, "common_word", List.of("the", "of", "and", "to", "in"));
            search(node, "some_word", List.of("margin", "supply", "currency", "forecast", "ledger"));
            search(node, "two_words", List.of("margin supply", "the forecast", "currency of", "ledger balance"));
            search(node, "phrase", texts.stream().map(text -> '"' + words(text, 3, 6) + '"').toList());
            List<String> sentences = texts.stream().map(text -> words(text, 0, 12)).toList();
            search(node, "sentence_any", sentences, "&match=any");
            search(node, "skills_any", sentences, "&match=any&kind=skills");
            search(node, "common_in_session", List.of("the"), "&sessionId=session-17");
        }
    }

    /** In turn while the words are noted down and while somebody else holds their place, so that they are not. */
    private void write(NodeProcess node, Connection connection) throws SQLException, IOException {
        Loading loading = new Loading(connection);
        int share = Math.max(1, sizes.episodes() / ROUNDS / 2);
        double[] followed = new double[ROUNDS];
        double[] alone = new double[ROUNDS];
        loading.run(sizes.withEpisodes(share));
        for (int i = 0; i < ROUNDS; i++) {
            try (Connection holder = node.connect(); Statement hold = holder.createStatement()) {
                holder.setAutoCommit(false);
                hold.execute("select from search_places for update");
                alone[i] = seconds(loading, share);
                holder.rollback();
            }
            followed[i] = seconds(loading, share);
        }
        Output.print("search_copy_" + share + "_alone_seconds_p50", percentile(alone, 0.5), "s");
        Output.print("search_copy_" + share + "_followed_seconds_p50", percentile(followed, 0.5), "s");
    }

    private static double seconds(Loading loading, int episodes) throws SQLException {
        long start = System.nanoTime();
        loading.episodesOnly(episodes);
        return Stopwatch.secondsSince(start);
    }

    /** Until a search looks through everything. */
    private static void follow(NodeProcess node) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (node.rest().get("/search?q=margin&limit=1").get("behind").asLong() > 0) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        Output.print("search_behind_seconds", Stopwatch.secondsSince(start), "s");
    }

    private static void stored(Statement statement) throws SQLException {
        for (String of : List.of("pg_total_relation_size('episodes')", "pg_total_relation_size('search_words')",
                "pg_relation_size('search_words_found')")) {
            Output.print(of.replaceAll(".*'(.*)'.*", "search_stored_$1_bytes"), Long.parseLong(texts(statement, """
                    (select %s / count(*) from episodes)::text""".formatted(of)).get(0)), "bytes");
        }
    }

    private static void search(NodeProcess node, String name, List<String> words, String... more)
            throws IOException, InterruptedException {
        double[] millis = new double[SEARCHES];
        for (int i = -WARM_UP; i < SEARCHES; i++) {
            String asked = "/search?q=" + URLEncoder.encode(words.get(Math.floorMod(i, words.size())),
                    StandardCharsets.UTF_8) + String.join("", more);
            long start = System.nanoTime();
            node.rest().get(asked);
            if (i >= 0) {
                millis[i] = Stopwatch.secondsSince(start) * 1000;
            }
        }
        Output.print("search_" + name + "_ms_p50", percentile(millis, 0.5), "ms");
        Output.print("search_" + name + "_ms_p99", percentile(millis, 0.99), "ms");
    }

    /** Of 200 episodes. */
    private static List<String> texts(Statement statement, String expression) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (ResultSet row = statement.executeQuery("select " + expression
                + " from episodes where output ~ '[0-9a-f]{14,16}' order by md5(id::text) limit 200")) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        }
        return texts;
    }

    private static String words(String text, int from, int to) {
        String[] words = text.split(" ");
        return String.join(" ", Arrays.asList(words).subList(Math.min(from, words.length - 1),
                Math.min(to, words.length)));
    }

    private static double percentile(double[] values, double share) {
        Arrays.sort(values);
        return values[(int) Math.ceil(share * values.length) - 1];
    }
}
