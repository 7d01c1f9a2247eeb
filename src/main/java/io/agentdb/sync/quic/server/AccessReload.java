package io.agentdb.sync.quic.server;

import io.agentdb.sync.admission.Audit;
import io.agentdb.sync.admission.Credentials;
import io.agentdb.sync.admission.Token;
import io.agentdb.sync.admission.Tokens;
import io.agentdb.sync.quic.tls.TlsSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Takes over changes of {@code agentdb.server.tokens-file} and of certificates, so that both can be exchanged without
 * an outage.
 */
final class AccessReload {

    private static final Logger log = LoggerFactory.getLogger(AccessReload.class);

    private final Tokens tokens;
    private final Credentials credentials;
    private final boolean file;
    private final QuicServer server;
    private final TlsSource client;
    private final Audit audit;
    private List<Token> present;
    private String complaint = "";

    /** @param client of what dialled peers are shown */
    AccessReload(Tokens tokens, Credentials credentials, boolean file, QuicServer server, TlsSource client,
            Audit audit) {
        this.audit = audit;
        this.tokens = tokens;
        this.credentials = credentials;
        this.file = file;
        this.server = server;
        this.client = client;
        this.present = file ? tokens.read() : List.of();
    }

    /**
     * Reads the file rather than its time: a mounted secret is exchanged behind a link. What cannot be read changes
     * nothing, and keeps nothing else from being taken over: a token is taken away also while a certificate is broken.
     */
    @Scheduled(fixedDelayString = "${agentdb.server.reload-interval:10s}")
    synchronized void reload() {
        String words = Stream.of(attempt(server::reloadTls), attempt(client::read), attempt(this::reloadTokens))
                .flatMap(Optional::stream).collect(Collectors.joining("; "));
        if (!words.isEmpty() && !words.equals(complaint)) {
            log.warn("Who may connect stays as it was: {}", words);
        }
        complaint = words;
    }

    /** Why it cannot be done; empty if it is. */
    private static Optional<String> attempt(Runnable part) {
        try {
            part.run();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(Objects.requireNonNullElseGet(e.getMessage(), e::toString));
        }
    }

    private void reloadTokens() {
        if (!file) {
            return;
        }
        List<Token> now = tokens.read();
        if (!now.equals(present)) {
            credentials.replace(now);
            present = now;
            audit.record("tokens-changed", "tokens-file", Map.of("accepted", credentials.names()));
        }
    }
}
