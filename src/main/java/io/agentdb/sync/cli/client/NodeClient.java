package io.agentdb.sync.cli.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node. Each call blocks until the node has answered, and throws {@link CommandFailure} for whatever is no good
 * answer.
 */
public final class NodeClient {

    private static final int CONNECT_MILLIS = 5_000;

    static {
        // Java would send a request a second time where the first may have been carried out.
        System.setProperty("sun.net.http.retryPost", "false");
    }

    private final Target target;
    private final Duration patience;
    private final Consumer<String> told;

    /** @param patience how long an answer may take */
    public NodeClient(Target target, Duration patience) {
        this(target, patience, line -> { });
    }

    /** @param told of each request what came of it, in a line without secrets */
    public NodeClient(Target target, Duration patience, Consumer<String> told) {
        this.target = target;
        this.patience = patience;
        this.told = told;
    }

    public String url() {
        return target.url();
    }

    public JsonTree get(String path) {
        return send("GET", path, null);
    }

    public JsonTree post(String path, @Nullable JsonTree body) {
        return send("POST", path, body);
    }

    public JsonTree put(String path, @Nullable JsonTree body) {
        return send("PUT", path, body);
    }

    public JsonTree delete(String path) {
        return send("DELETE", path, null);
    }

    private JsonTree send(String method, String path, @Nullable JsonTree body) {
        return send(method, path, "application/json", body == null ? null
                : new ByteArrayInputStream(body.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** @param body sent as it comes, so that it may be large; null for none */
    public JsonTree send(String method, String path, String type, @Nullable InputStream body) {
        return send(method, path, type, body, -1);
    }

    /** @param length bytes of the body, which a node without room for them refuses at once; below zero if not known */
    public JsonTree send(String method, String path, String type, @Nullable InputStream body, long length) {
        try (InputStream answer = ask(method, path, type, body, length)) {
            String text = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            return text.isBlank() ? new JsonTree(null) : JsonTree.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(Exit.FAILED, "What answers at " + url() + " is no node: it says no JSON.");
        } catch (IOException e) {
            throw brokeOff(method, e);
        }
    }

    /** An answer that may be large, to be read and closed. */
    public InputStream ask(String method, String path, String type, @Nullable InputStream body) {
        return ask(method, path, type, body, -1);
    }

    private InputStream ask(String method, String path, String type, @Nullable InputStream body, long length) {
        long begun = System.nanoTime();
        String came = "no answer";
        try {
            HttpURLConnection connection = connect(method, path, type, body != null, length);
            if (body != null) {
                try (OutputStream out = connection.getOutputStream()) {
                    body.transferTo(out);
                } catch (IOException e) {
                    // A node that refuses may say so before it has read everything: its answer says more.
                    if (!hasAnswered(connection)) {
                        throw e;
                    }
                }
            }
            int status = connection.getResponseCode();
            came = String.valueOf(status);
            if (status >= 200 && status < 300) {
                return connection.getInputStream();
            }
            throw refused(status, connection.getErrorStream());
        } catch (IOException e) {
            throw brokeOff(method, e);
        } finally {
            told.accept(method + " " + url().replaceFirst("//[^/@]*@", "//") + path + ": " + came + " in "
                    + (System.nanoTime() - begun) / 1_000_000 + " ms");
        }
    }

    private static boolean hasAnswered(HttpURLConnection connection) {
        try {
            return connection.getResponseCode() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    private HttpURLConnection connect(String method, String path, String type, boolean writes, long length) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create(url() + path).toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout((int) Math.min(Integer.MAX_VALUE, patience.toMillis()));
            connection.setRequestProperty("Accept", "application/json, application/problem+json, */*;q=0.5");
            if (target.authorization() != null) {
                connection.setRequestProperty("Authorization", target.authorization());
            }
            if (writes) {
                connection.setRequestProperty("Content-Type", type);
                connection.setDoOutput(true);
                if (length >= 0) {
                    connection.setFixedLengthStreamingMode(length);
                } else {
                    connection.setChunkedStreamingMode(0);
                }
            }
            connection.connect();
            return connection;
        } catch (SSLException e) {
            throw new CommandFailure(Exit.FAILED, "The certificate of " + url() + " is not trusted (" + e.getMessage()
                    + "): give Java one that is, with JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=…");
        } catch (IOException e) {
            throw new CommandFailure(Exit.NO_NODE, "No node answers at " + url() + ": " + NodeChoice.START + ".");
        }
    }

    private CommandFailure brokeOff(String method, IOException e) {
        boolean slow = e instanceof SocketTimeoutException;
        String what = slow ? "The node at " + url() + " has not answered within " + patience.toSeconds() + " s."
                : "The connection to the node at " + url() + " broke off.";
        return method.equals("GET") ? new CommandFailure(Exit.NO_NODE, what)
                : new CommandFailure(slow ? Exit.GOES_ON : Exit.FAILED, what
                        + " What was asked for may be done all the same: look before you repeat it.");
    }

    private CommandFailure refused(int status, @Nullable InputStream body) throws IOException {
        JsonTree problem = problem(body);
        String why = problem.get("detail").isNull() ? "The node at " + url() + " refuses (HTTP " + status + ")."
                : problem.get("detail").text();
        String type = problem.get("type").text();
        return switch (status) {
            case 401 -> new CommandFailure(Exit.NOT_LET_IN, "The node at " + url()
                    + (target.authorization() == null ? " wants a login" : " does not know this login")
                    + ": `agentdb-sync login`, or set " + NodeChoice.TOKEN + ", or " + NodeChoice.USER + " and "
                    + NodeChoice.PASSWORD + ".", problem);
            case 403 -> new CommandFailure(Exit.NOT_LET_IN, why, problem);
            case 404 -> new CommandFailure(Exit.UNKNOWN, why, problem);
            case 409 -> new CommandFailure(type.endsWith(":no-peers") ? Exit.UNKNOWN : Exit.CHANGED, why, problem);
            case 400, 405, 413, 415, 422 -> new CommandFailure(Exit.USAGE, why, problem);
            case 502 -> new CommandFailure(Exit.PEER_FAILED, why, problem);
            case 503 -> new CommandFailure(Exit.NO_NODE, why, problem);
            default -> new CommandFailure(Exit.FAILED, why, problem);
        };
    }

    private static JsonTree problem(@Nullable InputStream body) throws IOException {
        if (body == null) {
            return new JsonTree(null);
        }
        try (body) {
            return JsonTree.parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return new JsonTree(null);
        }
    }

    /** One step of a path, or one value of a query. */
    public static String encoded(String word) {
        return URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** @param parameters those that are null or empty are left out */
    public static String query(Map<String, ? extends @Nullable Object> parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> {
            if (value != null && !value.toString().isEmpty()) {
                query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(encoded(value.toString()));
            }
        });
        return query.toString();
    }
}
