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

    private static final long MAX_DISCARDED = 64 << 20;

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
        try (InputStream in = message.getBody()) {
            boolean known = message.getHeaders().getContentLength() > JsonText.MAX_BYTES;
            byte[] bytes = known ? new byte[0] : in.readNBytes(JsonText.MAX_BYTES + 1);
            if (known || bytes.length > JsonText.MAX_BYTES) {
                discard(in);
                throw new BodyTooLarge(JsonText.MAX_BYTES);
            }
            return JsonText.object(JsonText.utf8(bytes, bytes.length));
        }
    }

    /** Reads on a little: a caller who is still sending when the connection closes never sees the answer. */
    private static void discard(InputStream in) throws IOException {
        byte[] chunk = new byte[64 << 10];
        for (long read = 0, count = 0; read < MAX_DISCARDED && count >= 0; read += count) {
            count = in.read(chunk);
        }
    }

    @Override
    protected void writeInternal(ObjectNode node, HttpOutputMessage message) {
        throw new HttpMessageNotWritableException("only for reading");
    }
}
