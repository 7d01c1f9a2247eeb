package io.agentdb.sync.protocol;

/**
 * Why a peer refuses; the same numbers serve RESET_STREAM, STOP_SENDING and CONNECTION_CLOSE (RFC 9000, section 20.2).
 */
public enum ErrorCode {
    UNSPECIFIED(0),
    PROTOCOL_VIOLATION(1),
    UNSUPPORTED_VERSION(2),
    UNAUTHENTICATED(3),
    TOO_MANY_CONNECTIONS(4),
    RATE_LIMITED(5),
    CLOCK_SKEW(6),
    BAD_REQUEST(7),
    FRAME_TOO_LARGE(8),
    INTERNAL(9),
    SHUTTING_DOWN(10),
    CANCELLED(11),
    CURSOR_FROM_FUTURE(12),
    /** The client's database has forgotten what the server has heard from it: it went back in time. */
    RESTORED(13),
    /** The client is known, and may not do this. */
    FORBIDDEN(14),
    /** The server cannot answer for the moment: its database is away, or full. */
    UNAVAILABLE(15);

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** The code of that number; UNSPECIFIED for one that this version does not know. */
    public static ErrorCode of(long number) {
        for (ErrorCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return UNSPECIFIED;
    }
}
