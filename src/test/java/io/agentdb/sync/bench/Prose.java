package io.agentdb.sync.bench;

import java.util.List;
import java.util.Random;
import java.util.StringJoiner;

/**
 * Text like an agent's: sentences of common words, with names, numbers and paths in between. Of a repeated letter,
 * compression would leave nothing, and the measured wire would be nobody's. The same seed gives the same text.
 */
public final class Prose {

    private static final String[] WORDS = """
            the of and to in is that it was for on are as with his they be at one have this from or had by hot but some what there we
            can out other were all your when up use word how said an each she which do their time if will way about many then them
            would write like so these her long make thing see him two has look more day could go come did my sound no most number who
            over know water than call first people may down side been now find any new work part take get place made live where after
            back little only round man year came show every good me give our under name very through just form much great think say
            help low line before turn cause same mean differ move right boy old too does tell sentence set three want air well also
            play small end put home read hand port large spell add even land here must big high such follow act why ask men change
            request response server client token cache index query table column commit branch merge conflict replica schema latency
            timeout retry backoff queue worker thread memory vector embedding prompt model agent skill episode reward critique plan
            step tool result error warning exception trace metric threshold budget limit window cursor batch stream frame packet
            refactored validated parsed compiled deployed measured observed compared rejected accepted summarized extracted inferred
            function parameter argument variable constant module package interface record method field value key map list array
            customer invoice shipment warehouse order payment refund ledger account balance currency forecast demand supply margin
            """.strip().split("\\s+");
    private static final List<String> SUFFIXES = List.of("java", "sql", "json", "yml", "md", "py");

    private final Random random;

    public Prose(long seed) {
        random = new Random(seed);
    }

    /** About as many characters as asked. */
    public String text(int characters) {
        StringBuilder text = new StringBuilder(characters + 80);
        while (text.length() < characters) {
            text.append(text.isEmpty() ? "" : " ").append(sentence());
        }
        return text.toString();
    }

    String word() {
        // Squared, so that few words are frequent and most are rare, as in any language.
        double place = random.nextDouble();
        return WORDS[(int) (place * place * WORDS.length)];
    }

    public String metadata() {
        return "{\"model\": \"planner-%d\", \"temperature\": %.2f, \"trace\": \"%016x\", \"files\": [\"%s\", \"%s\"]}"
                .formatted(random.nextInt(9), random.nextDouble(), random.nextLong(), path(), path());
    }

    public List<String> tags() {
        return List.of(word(), word(), word());
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    public double fraction() {
        return random.nextDouble();
    }

    private String sentence() {
        StringJoiner words = new StringJoiner(" ");
        int length = 6 + random.nextInt(14);
        for (int i = 0; i < length; i++) {
            words.add(switch (random.nextInt(24)) {
                case 0 -> Integer.toString(random.nextInt(100_000));
                case 1 -> path();
                case 2 -> Long.toHexString(random.nextLong());
                default -> word();
            });
        }
        String text = words.toString();
        return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    private String path() {
        return "src/" + word() + "/" + word() + "_" + word() + "." + SUFFIXES.get(random.nextInt(SUFFIXES.size()));
    }
}
