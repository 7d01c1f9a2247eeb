package io.agentdb.sync.quic.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Java's own maker of certificates, as a process: no class of Java's that others may use makes one, and a library that
 * does is ten megabytes to be kept up to date for a single certificate.
 *
 * @param program normally {@code bin/keytool} beside the {@code java} that runs this
 */
record Keytool(Path program) {

    private static final Duration LIFE = Duration.ofDays(3650);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String ALIAS = "node";
    private static final String PASSWORD = "AGENTDB_STORE_PASSWORD";

    static Keytool ofThisJava() {
        return new Keytool(Path.of(System.getProperty("java.home"), "bin", "keytool"));
    }

    /**
     * A key on the curve P-256 with a certificate that it has signed itself, valid since yesterday for ten years.
     *
     * @param names subject alternative names, as keytool writes them
     * @param draft written meanwhile, with a password that nobody is told, and gone afterwards
     */
    KeyStore.PrivateKeyEntry selfSigned(String subject, String names, Path draft)
            throws IOException, GeneralSecurityException {
        String password = password();
        try {
            Files.deleteIfExists(draft);
            run(password, List.of(program.toString(), "-J-Xmx64m", "-J-XX:+UseSerialGC", "-J-XX:TieredStopAtLevel=1",
                    "-J-Duser.language=en", "-genkeypair", "-alias", ALIAS, "-dname", subject,
                    "-keyalg", "EC", "-groupname", "secp256r1", "-sigalg", "SHA256withECDSA",
                    "-startdate", "-1d", "-validity", String.valueOf(LIFE.toDays() + 1), "-ext", "san=" + names,
                    "-keystore", draft.toString(), "-storetype", "PKCS12", "-storepass:env", PASSWORD));
            KeyStore store = KeyStore.getInstance(draft.toFile(), password.toCharArray());
            return (KeyStore.PrivateKeyEntry) store.getEntry(ALIAS,
                    new KeyStore.PasswordProtection(password.toCharArray()));
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private void run(String password, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(PASSWORD, password);
        // Agents and debuggers of this process: a second one with the same port would end at once.
        List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS").forEach(builder.environment()::remove);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IOException("Java's keytool cannot be run (" + e.getMessage()
                    + "): run the node with a Java that has it", e);
        }
        try {
            process.getOutputStream().close();
            // It says a line or two, and so never waits for somebody to read them.
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(program + " has not ended within " + PATIENCE.toSeconds() + " s");
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.exitValue() != 0) {
                throw new IOException(program + " has failed: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " was running: this node is stopping", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String password() {
        byte[] secret = new byte[16];
        new SecureRandom().nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }
}
