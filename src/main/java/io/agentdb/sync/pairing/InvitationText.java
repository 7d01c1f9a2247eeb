package io.agentdb.sync.pairing;

import io.agentdb.sync.quic.client.HostPort;
import io.agentdb.sync.version.NodeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/**
 * What is handed from one person to the other: {@code agentdb-invite:1:} and base64url of what it says with a checksum
 * before it. Pure.
 *
 * @param secret for one use; whoever has it can become a peer
 * @param expiresAt by the clock of the node that has made it
 * @param node that has made it
 * @param fingerprint SHA-256 of that node's certificate, 32 pairs with colons
 * @param addresses where it may answer, the likeliest first
 */
public record InvitationText(String secret, Instant expiresAt, NodeId node, String fingerprint,
        List<HostPort> addresses) {

    static final int SECRET_BYTES = 16;
    static final int MOST_ADDRESSES = 8;

    private static final String PREFIX = "agentdb-invite:";
    private static final String VERSION = "1";
    private static final int FINGERPRINT_BYTES = 32;
    private static final int LONGEST = 4_000;
    private static final HexFormat PAIRS = HexFormat.ofDelimiter(":").withUpperCase();

    /** As it is handed over. */
    String text() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(Base64.getUrlDecoder().decode(secret));
            out.writeInt((int) expiresAt.getEpochSecond());
            out.write(PAIRS.parseHex(fingerprint));
            out.writeUTF(node.name());
            out.writeByte(addresses.size());
            for (HostPort address : addresses) {
                out.writeUTF(address.toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] said = bytes.toByteArray();
        byte[] whole = Arrays.copyOf(checksum(said, 0), Integer.BYTES + said.length);
        System.arraycopy(said, 0, whole, Integer.BYTES, said.length);
        return PREFIX + VERSION + ":" + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /**
     * Reads one, also where a mail has broken it into lines or put it into quotes.
     *
     * @throws JoinRefused UNREADABLE or OTHER_VERSION; never with the text, which may be most of a secret
     */
    public static InvitationText read(String given) {
        String text = given.length() > LONGEST ? "" : given.replaceAll("[\\s\"'<>`]", "");
        int start = text.indexOf(PREFIX);
        if (start < 0) {
            throw new JoinRefused(JoinRefused.Problem.UNREADABLE, "this is no invitation: it begins with '" + PREFIX
                    + "', and is made with `agentdb-sync peers invite` or on the page Invite of the other node");
        }
        String[] parts = text.substring(start + PREFIX.length()).split(":", 2);
        if (!parts[0].equals(VERSION) && parts.length == 2) {
            throw new JoinRefused(JoinRefused.Problem.OTHER_VERSION, "this invitation is of another form than this"
                    + " release knows: run compatible releases on both nodes");
        }
        try {
            byte[] whole = Base64.getUrlDecoder().decode(parts[1]);
            if (whole.length < Integer.BYTES || !Arrays.equals(Arrays.copyOf(whole, Integer.BYTES),
                    checksum(whole, Integer.BYTES))) {
                throw damaged();
            }
            return parsed(new DataInputStream(new ByteArrayInputStream(whole, Integer.BYTES, whole.length)));
        } catch (IOException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw damaged();
        }
    }

    private static InvitationText parsed(DataInputStream in) throws IOException {
        byte[] secret = in.readNBytes(SECRET_BYTES);
        Instant expires = Instant.ofEpochSecond(Integer.toUnsignedLong(in.readInt()));
        byte[] fingerprint = in.readNBytes(FINGERPRINT_BYTES);
        NodeId node = new NodeId(in.readUTF());
        int count = in.readUnsignedByte();
        if (count < 1 || count > MOST_ADDRESSES) {
            throw damaged();
        }
        List<HostPort> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            addresses.add(HostPort.parse(in.readUTF()));
        }
        return new InvitationText(Base64.getUrlEncoder().withoutPadding().encodeToString(secret), expires, node,
                PAIRS.formatHex(fingerprint), List.copyOf(addresses));
    }

    private static byte[] checksum(byte[] bytes, int from) {
        CRC32 crc = new CRC32();
        crc.update(bytes, from, bytes.length - from);
        long value = crc.getValue();
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private static JoinRefused damaged() {
        return new JoinRefused(JoinRefused.Problem.UNREADABLE, "the invitation is not whole: a part is missing, or a"
                + " character is another one. Copy all of it anew");
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "InvitationText[" + node + " at " + addresses + "]";
    }
}
