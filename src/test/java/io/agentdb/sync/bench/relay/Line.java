package io.agentdb.sync.bench.relay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A long line between two ends that are both on this machine, for whatever speaks IP: the kernel's TCP as well as QUIC.
 * A process of its own, in Python, since Java cannot ask for a TUN device. One thread.
 */
final class Line implements AutoCloseable {

    /**
     * Each way.
     *
     * @param loss probability
     * @param megabits per second; 0 for no bound
     * @param queue bytes that wait for their turn at most, where there is a bound
     */
    record Weather(int millis, double loss, int megabits, int queue) { }

    /** Where one end listens, and where the other finds it. */
    record End(String own, String fromAfar) { }

    static final End FIRST = new End("198.18.87.1", "198.18.87.2");
    static final End SECOND = new End("198.18.87.3", "198.18.87.4");

    private static final Path SCRIPT = Path.of("src", "test", "resources", "bench", "line.py");
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final String DEVICE = "agentdb-line";
    private static final int SEED = 13;

    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    Line() throws IOException {
        process = new ProcessBuilder("python3", SCRIPT.toString(), DEVICE)
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        orders = process.outputWriter(StandardCharsets.US_ASCII);
        answers = process.inputReader(StandardCharsets.US_ASCII);
        answer();
    }

    /** Whether this system has such devices, and lets whoever asks have one. */
    static boolean possible() {
        return Files.isWritable(TUN) && System.getProperty("user.name").equals("root");
    }

    void weather(Weather weather) throws IOException {
        order("weather %d %s %d %d %d".formatted(weather.millis(), weather.loss(), weather.megabits(), weather.queue(),
                SEED));
    }

    /** How the kernel's TCP sends over this line from now on. */
    void congestion(String control) throws IOException {
        order("congestion " + control);
    }

    /** What it has done so far, as the script's head says. */
    String counts() throws IOException {
        return order("counts");
    }

    private String order(String words) throws IOException {
        orders.write(words + "\n");
        orders.flush();
        return answer();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("the line has ended; its reason stands above");
        }
        return line;
    }

    /** The device goes with the process. */
    @Override
    public void close() throws IOException {
        orders.close();
        process.destroy();
    }
}
