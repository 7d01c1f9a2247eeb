package io.agentdb.sync.cli.client;

import io.agentdb.sync.home.OwnerOnly;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that somebody has given names to, with what to show to each, in a file that only its owner can read. Not
 * thread-safe.
 */
public final class Contexts {

    /**
     * One of them. At most one of tokenFile, token and password is there.
     *
     * @param user null unless there is a password
     */
    public record NamedNode(String url, @Nullable String tokenFile, @Nullable String token, @Nullable String user,
            @Nullable String password) {

        /** Without secrets. */
        @Override
        public String toString() {
            return "NamedNode[" + url + "]";
        }
    }

    private final Path directory;
    private final Path file;
    private final Map<String, NamedNode> known = new LinkedHashMap<>();
    private @Nullable String current;

    private Contexts(Path directory) {
        this.directory = directory;
        this.file = directory.resolve("contexts.json");
    }

    /** Those of this user; none if there are none yet. */
    public static Contexts of(Map<String, String> environment, Path userHome) {
        String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path place = configured.isEmpty() ? userHome.resolve(".config") : Path.of(configured);
        Contexts contexts = new Contexts(place.resolve("agentdb-sync"));
        if (Files.exists(contexts.file)) {
            contexts.read();
        }
        return contexts;
    }

    private void read() {
        try {
            JsonTree all = JsonTree.parse(Files.readString(file, StandardCharsets.UTF_8));
            current = or(all.get("current"));
            all.get("contexts").members().forEach((name, one) -> known.put(name, new NamedNode(one.get("url").text(),
                    or(one.get("tokenFile")), or(one.get("token")), or(one.get("user")), or(one.get("password")))));
        } catch (IOException | IllegalArgumentException e) {
            throw new CommandFailure(Exit.USAGE, "the contexts in " + file + " cannot be read (" + e.getMessage()
                    + "): mend the file, or remove it");
        }
    }

    private static @Nullable String or(JsonTree value) {
        return value.isNull() ? null : value.text();
    }

    public Map<String, NamedNode> all() {
        return Map.copyOf(known);
    }

    public Optional<String> current() {
        return Optional.ofNullable(current).filter(known::containsKey);
    }

    /** @throws CommandFailure if there is none of that name */
    public NamedNode get(String name) {
        NamedNode found = known.get(name);
        if (found == null) {
            throw new CommandFailure(Exit.UNKNOWN, "there is no context '" + name + "'; known are " + known.keySet()
                    + " (agentdb-sync context add)");
        }
        return found;
    }

    public void put(String name, NamedNode node) {
        known.put(name, node);
        write();
    }

    public void use(String name) {
        get(name);
        current = name;
        write();
    }

    public void remove(String name) {
        get(name);
        known.remove(name);
        current = current().orElse(null);
        write();
    }

    private void write() {
        Map<String, JsonTree> all = new LinkedHashMap<>();
        known.forEach((name, one) -> all.put(name, JsonTree.object("url", one.url, "tokenFile", one.tokenFile, "token",
                one.token, "user", one.user, "password", one.password)));
        try {
            OwnerOnly.directory(directory);
            // Whole or not there, and nobody else's to read from its first moment on.
            Path draft = OwnerOnly.file(file.resolveSibling("contexts.json.new"));
            Files.writeString(draft, JsonTree.object("current", current, "contexts", all) + "\n");
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CommandFailure(Exit.FAILED, "the contexts cannot be kept in " + file + " (" + e.getMessage()
                    + ")");
        }
    }
}
