package io.agentdb.sync.ui;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What somebody has filled in and sent. A controller's parameter: {@link FormReader} reads it. */
public record Form(Map<String, List<String>> fields) {

    /** @throws IllegalArgumentException if it is not in the form's encoding */
    static Form decoded(String body) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String pair : body.isEmpty() ? new String[0] : body.split("&")) {
            int equals = pair.indexOf('=');
            String name = URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
            String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            // Browsers send lines with both characters, and nobody has changed a text by looking at it.
            fields.computeIfAbsent(name, unknown -> new ArrayList<>()).add(value.replace("\r\n", "\n"));
        }
        return new Form(fields);
    }

    /** The field's value, empty if it is not there. */
    public String text(String name) {
        List<String> all = fields.get(name);
        return all == null ? "" : all.get(0);
    }

    public boolean has(String name) {
        return !text(name).isBlank();
    }
}
