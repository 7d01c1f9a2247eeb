package io.agentdb.sync.web.request;

import io.agentdb.sync.memory.JsonText;
import io.agentdb.sync.web.problem.BodyTooLarge;
import io.agentdb.sync.web.problem.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.AbstractHttpMessageConverter;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.HttpMessageNotWritableException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Every body of JSON that this API reads: strict, with known members only, and never more in memory than a record can
 * need.
 */
public final class JsonBody extends AbstractHttpMessageConverter<Object> {

    public static final String MERGE_PATCH = "application/merge-patch+json";

    private static final long MAX_DISCARDED = 64 << 20;
    private static final int PIECE = 64 << 10;
    private static final String OURS = KnownParameters.API + ".";

    private final BodyBudget budget;

    public JsonBody(BodyBudget budget) {
        super(MediaType.APPLICATION_JSON, MediaType.parseMediaType(MERGE_PATCH));
        this.budget = budget;
    }

    @Override
    protected boolean supports(Class<?> type) {
        return type == ObjectNode.class || type == JsonNode.class || type.isRecord() && type.getName().startsWith(OURS);
    }

    @Override
    public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
        return false;
    }

    @Override
    protected Object readInternal(Class<?> type, HttpInputMessage message) throws IOException {
        String coding = message.getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            throw Refusal.of(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type",
                    "a body with a Content-Encoding is taken by POST /import only: send this one as it is");
        }
        if (type == JsonNode.class) {
            return JsonText.parse(text(message));
        }
        ObjectNode object = JsonText.object(text(message));
        if (type == ObjectNode.class) {
            return object;
        }
        try {
            return Members.read(type, object);
        } catch (JacksonException wrong) {
            throw new HttpMessageNotReadableException("a member of another type", wrong, message);
        }
    }

    private String text(HttpInputMessage message) throws IOException {
        long length = message.getHeaders().getContentLength();
        try (InputStream in = message.getBody()) {
            byte @Nullable [] bytes = length > JsonText.MAX_BYTES ? null : length < 0 ? unknown(in)
                    : known(in, (int) length);
            if (bytes == null) {
                discard(in);
                throw new BodyTooLarge(JsonText.MAX_BYTES);
            }
            return JsonText.utf8(bytes, bytes.length);
        }
    }

    private byte[] known(InputStream in, int length) throws IOException {
        budget.take(length);
        return in.readNBytes(length);
    }

    /** Null if it is too long. */
    private byte @Nullable [] unknown(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] some = in.readNBytes(PIECE); some.length > 0; some = in.readNBytes(PIECE)) {
            if (bytes.size() + some.length > JsonText.MAX_BYTES) {
                return null;
            }
            budget.takeMore(some.length);
            bytes.write(some);
        }
        return bytes.toByteArray();
    }

    /** Reads on a little: a caller who is still sending when the connection closes never sees the answer. */
    private static void discard(InputStream in) throws IOException {
        byte[] chunk = new byte[64 << 10];
        for (long read = 0, count = 0; read < MAX_DISCARDED && count >= 0; read += count) {
            count = in.read(chunk);
        }
    }

    @Override
    protected void writeInternal(Object object, HttpOutputMessage message) {
        throw new HttpMessageNotWritableException("only for reading");
    }
}
