package io.agentdb.sync.mcp.stdio;

import io.agentdb.sync.home.NodeHome;
import io.agentdb.sync.memory.Nearest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which node, and what to show to it.
 *
 * @param endpoint the node's {@code /mcp}
 * @param authorization the header's value; empty if there is nothing to show
 */
record BridgeOptions(URI endpoint, Optional<String> authorization) {

    /** The command line or the environment is wrong; nothing was asked of any node. The message is for people. */
    static final class WrongUsage extends Exception {

        private static final long serialVersionUID = 1L;

        WrongUsage(String message) {
            super(message);
        }
    }

    static final String URL = "AGENTDB_SYNC_URL";
    static final String TOKEN = "AGENTDB_SYNC_TOKEN";
    static final String USER = "AGENTDB_SYNC_USER";
    static final String PASSWORD = "AGENTDB_SYNC_PASSWORD";

    private static final String DEFAULT_URL = "http://127.0.0.1:8080";
    private static final List<String> KNOWN = List.of("--url", "--token-file", "--help");

    static BridgeOptions read(List<String> arguments, Map<String, String> environment, Path userHome)
            throws WrongUsage {
        String url = environment.getOrDefault(URL, DEFAULT_URL);
        Optional<String> token = Optional.ofNullable(environment.get(TOKEN)).map(String::strip)
                .filter(given -> !given.isEmpty());
        for (int i = 0; i < arguments.size(); i++) {
            String[] one = arguments.get(i).split("=", 2);
            if (!KNOWN.contains(one[0])) {
                throw unknown(one[0]);
            }
            if (one.length == 1 && i + 1 == arguments.size()) {
                throw new WrongUsage("'" + one[0] + "' needs a value");
            }
            String value = one.length == 2 ? one[1] : arguments.get(++i);
            if (one[0].equals("--url")) {
                url = value;
            } else {
                token = Optional.of(secret(Path.of(value)));
            }
        }
        URI node = node(url);
        if (token.filter(secret -> !secret.matches("[\\x21-\\x7e]+")).isPresent()) {
            throw new WrongUsage("the token has characters that no token has: is " + TOKEN
                    + ", or the --token-file, what it should be?");
        }
        Optional<String> shown = token.map(secret -> "Bearer " + secret);
        if (shown.isEmpty()) {
            shown = login(node, environment, userHome);
        }
        return new BridgeOptions(node, shown);
    }

    private static WrongUsage unknown(String argument) {
        return new WrongUsage("'" + argument + "' is no argument of mcp" + (argument.matches("--?(token|password).*")
                ? ": every user of this machine could read a secret there; set " + TOKEN + ", or name a --token-file"
                : Nearest.hint(argument, KNOWN)));
    }

    private static URI node(String url) throws WrongUsage {
        try {
            URI node = URI.create(url.replaceAll("/+(mcp/*)?$", "") + "/mcp");
            if (node.getHost() != null && List.of("http", "https").contains(node.getScheme())) {
                return node;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw new WrongUsage("'" + url + "' is no address of a node: it looks like " + DEFAULT_URL);
    }

    private static Optional<String> login(URI node, Map<String, String> environment, Path userHome) throws WrongUsage {
        String user = environment.getOrDefault(USER, "operator");
        if (environment.containsKey(PASSWORD)) {
            return Optional.of(basic(user, environment.get(PASSWORD)));
        }
        // The password of this machine's node is no other machine's business.
        if (!List.of("127.0.0.1", "localhost", "[::1]").contains(node.getHost())) {
            return Optional.empty();
        }
        Optional<Path> own = NodeHome.existing(environment, userHome)
                .map(directory -> directory.resolve(NodeHome.ADMIN_PASSWORD)).filter(Files::isReadable);
        return own.isEmpty() ? Optional.empty() : Optional.of(basic("operator", secret(own.get())));
    }

    private static String secret(Path file) throws WrongUsage {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new WrongUsage("the file '" + file + "' cannot be read");
        }
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "BridgeOptions[" + endpoint + "]";
    }
}
