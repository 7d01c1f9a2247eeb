package io.agentdb.sync.admission;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ByteArrayResource;

/** The tokens of {@code agentdb.server.tokens-file}. */
public final class TokenFile {

    private TokenFile() {
    }

    /** @throws AccessFailure naming the file and what is wrong with it, never a secret */
    public static List<Token> read(Path file) {
        try {
            MutablePropertySources sources = new MutablePropertySources();
            new YamlPropertySourceLoader().load("tokens", new ByteArrayResource(Files.readAllBytes(file)))
                    .forEach(sources::addLast);
            return new Binder(ConfigurationPropertySources.from(sources)).bind("tokens", Bindable.listOf(Token.class))
                    .orElseThrow(() -> new AccessFailure("agentdb.server.tokens-file: " + file
                            + " has no list 'tokens'", null));
        } catch (IOException e) {
            throw new AccessFailure("agentdb.server.tokens-file: " + file + " cannot be read: " + e, e);
        } catch (BindException e) {
            throw new AccessFailure("agentdb.server.tokens-file: " + file + " is wrong at '" + e.getName() + "': "
                    + reason(e), null);
        } catch (RuntimeException e) {
            if (e instanceof AccessFailure known) {
                throw known;
            }
            // What the parser says would quote the line, and with it a secret.
            throw new AccessFailure("agentdb.server.tokens-file: " + file + " is no YAML that can be read", null);
        }
    }

    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String words = cause.getMessage();
            if (cause instanceof IllegalArgumentException && words != null
                    && (words.startsWith("token ") || words.startsWith("a token "))) {
                return words;
            }
        }
        return "a token has name, secret, permissions, expires and node, and nothing else";
    }
}
