package io.agentdb.sync.ui;

import io.agentdb.sync.coordinator.TestNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Somebody who reads pages and sends forms as a browser does, without its script. */
public final class PageReader {

    private final HttpClient http = HttpClient.newHttpClient();
    private final TestNode node;
    private String cookie = "";

    public PageReader(TestNode node) {
        this.node = node;
    }

    public PageReader(TestNode node, String cookie) {
        this(node);
        this.cookie = cookie;
    }

    /** Signs in, and keeps what the node gives. */
    public PageReader signedIn(String name, String secret) throws Exception {
        HttpResponse<String> answer = post("/ui/login", "name", name, "secret", secret);
        cookie = answer.headers().firstValue("Set-Cookie").orElseThrow(() -> new AssertionError(answer.body()))
                .replaceFirst(";.*", "");
        return this;
    }

    String cookie() {
        return cookie;
    }

    public HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(request(path, headers).GET().build());
    }

    /** @param fields names and values in turn */
    public HttpResponse<String> post(String path, String... fields) throws Exception {
        return postFrom(node.url(""), path, fields);
    }

    HttpResponse<String> postFrom(String origin, String path, String... fields) throws Exception {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            pairs.add(encoded(fields[i]) + "=" + encoded(fields[i + 1]));
        }
        return send(request(path, "Origin", origin, "Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(String.join("&", pairs))).build());
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node.url(path)))
                .timeout(Duration.ofSeconds(60)).header("Accept", "text/html,application/xhtml+xml");
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return headers.length == 0 ? request : request.headers(headers);
    }

    HttpResponse<String> send(HttpRequest request) throws Exception {
        return http.send(request, BodyHandlers.ofString());
    }
}
