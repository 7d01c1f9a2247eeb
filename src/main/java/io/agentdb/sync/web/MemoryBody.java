package io.agentdb.sync.web;

import io.agentdb.sync.memory.JsonText;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotWritableException;
import tools.jackson.databind.node.ObjectNode;

/** Bodies of the memory endpoints: strict JSON objects, and never more in memory than a record can need. */
final class MemoryBody extends AbstractHttpMessageConverter<ObjectNode> {

    static final String MERGE_PATCH = "application/merge-patch+json";

    MemoryBody() {
        super(MediaType.APPLICATION_JSON, MediaType.parseMediaType(MERGE_PATCH));
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type == ObjectNode.class;
    }

    @Override
    public boolean canWrite(Class<?> type, MediaType mediaType) {
        return false;
    }

    @Override
    protected ObjectNode readInternal(Class<? extends ObjectNode> type, HttpInputMessage message) throws IOException {
        if (message.getHeaders().getContentLength() > JsonText.MAX_BYTES) {
            throw new BodyTooLarge(JsonText.MAX_BYTES);
        }
        try (InputStream in = message.getBody()) {
            byte[] bytes = in.readNBytes(JsonText.MAX_BYTES + 1);
            if (bytes.length > JsonText.MAX_BYTES) {
                throw new BodyTooLarge(JsonText.MAX_BYTES);
            }
            return JsonText.object(JsonText.utf8(bytes, bytes.length));
        }
    }

    @Override
    protected void writeInternal(ObjectNode node, HttpOutputMessage message) {
        throw new HttpMessageNotWritableException("only for reading");
    }
}
