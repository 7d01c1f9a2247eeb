package io.agentdb.sync.telemetry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Takes spans by OTLP over HTTP, as a collector of traces does. Thread-safe. */
final class Collector implements AutoCloseable {

    /**
     * @param parent empty of a trace's first
     * @param failed whether its status is an error
     */
    record Span(String trace, String id, String parent, String name, Map<String, String> attributes,
            boolean failed) {

        String node() {
            return attributes.getOrDefault("agentdb.node", "");
        }
    }

    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    Collector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", exchange -> {
            try (exchange) {
                boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
                InputStream body = zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
                take(UnknownFieldSet.parseFrom(body));
                exchange.sendResponseHeaders(200, -1);
            }
        });
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    List<Span> spans() {
        return spans;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void take(UnknownFieldSet request) {
        for (UnknownFieldSet resource : all(request, 1)) {
            for (UnknownFieldSet scope : all(resource, 2)) {
                all(scope, 2).forEach(span -> spans.add(new Span(hex(span, 1), hex(span, 2), hex(span, 4),
                        text(span, 5), all(span, 9).stream().collect(Collectors.toMap(
                                one -> text(one, 1), one -> text(all(one, 2).get(0), 1))),
                        all(span, 15).stream().anyMatch(status -> status.hasField(3)
                                && status.getField(3).getVarintList().contains(2L)))));
            }
        }
    }

    private static List<UnknownFieldSet> all(UnknownFieldSet message, int field) {
        return bytes(message, field).stream().map(bytes -> {
            try {
                return UnknownFieldSet.parseFrom(bytes);
            } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(e);
            }
        }).toList();
    }

    private static String hex(UnknownFieldSet message, int field) {
        return bytes(message, field).stream().map(bytes -> HexFormat.of().formatHex(bytes.toByteArray()))
                .collect(Collectors.joining());
    }

    private static String text(UnknownFieldSet message, int field) {
        return bytes(message, field).stream().map(ByteString::toStringUtf8).collect(Collectors.joining());
    }

    private static List<ByteString> bytes(UnknownFieldSet message, int field) {
        return message.getField(field).getLengthDelimitedList();
    }
}
