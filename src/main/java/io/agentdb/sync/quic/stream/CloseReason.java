package io.agentdb.sync.quic.stream;

import io.agentdb.sync.admission.PlainText;
import io.agentdb.sync.protocol.ErrorCode;
import io.agentdb.sync.protocol.Limits;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.PeerRejected;
import io.agentdb.sync.protocol.SyncException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.incubator.codec.quic.QuicChannel;
import io.netty.incubator.codec.quic.QuicConnectionCloseEvent;
import io.netty.util.AttributeKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a connection closed, kept on the connection for the streams that end with it. */
public final class CloseReason {

    private static final AttributeKey<QuicConnectionCloseEvent> EVENT = AttributeKey.valueOf("agentdb.close");

    private CloseReason() {
    }

    static void remember(QuicChannel connection, QuicConnectionCloseEvent event) {
        connection.attr(EVENT).set(event);
    }

    /** What the peer closed it with; null if it did not. */
    public static @Nullable QuicConnectionCloseEvent event(QuicChannel connection) {
        return connection.attr(EVENT).get();
    }

    public static SyncException of(QuicChannel connection) {
        QuicConnectionCloseEvent event = connection.attr(EVENT).get();
        if (event != null && event.isApplicationClose() && event.error() != 0) {
            ErrorCode code = ErrorCode.of(event.error());
            String reason = PlainText.of(new String(event.reason(), StandardCharsets.UTF_8), Limits.TEXT_CHARACTERS);
            return code == ErrorCode.SHUTTING_DOWN ? new OutcomeUnknown("the peer is shutting down: " + reason, null)
                    : new PeerRejected(code, "the peer closed the connection: " + reason, Duration.ZERO);
        }
        return connection.isTimedOut() ? OutcomeUnknown.timedOut(
                "the connection timed out: the peer has not been heard of for a minute", null)
                : new OutcomeUnknown("the connection was lost", null);
    }

    /** Keeps the reason, for the streams that end with the connection. */
    public static class Keeper extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof QuicConnectionCloseEvent close) {
                remember((QuicChannel) ctx.channel(), close);
            }
            ctx.fireUserEventTriggered(event);
        }
    }
}
