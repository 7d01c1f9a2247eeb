package io.agentdb.sync.start;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Looks at all of a node's ports before anything is made, so that who starts a second node on a machine hears of all
 * that are taken at once, and not of one at each try. No promise: what takes a port later is noticed when the port is
 * opened. Created by Spring Boot, from spring.factories.
 */
final class PortsCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private interface SocketOpening {
        Closeable open() throws IOException;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        if (!(context instanceof WebServerApplicationContext)) {
            return;
        }
        Environment settings = context.getEnvironment();
        List<String> taken = new ArrayList<>();
        Map<Integer, String> tcp = new LinkedHashMap<>();
        tcp.put(port(settings, "server.port", 8080), "server");
        tcp.putIfAbsent(port(settings, "management.server.port", 0), "management.server");
        tcp.forEach((port, group) -> {
            String address = settings.getProperty(group + ".address", "");
            if (isTaken(port, () -> tcp(address(address), port))) {
                taken.add("TCP port " + port + " (" + group + ".port)");
            }
        });
        int quic = port(settings, "agentdb.server.port", 4433);
        String host = settings.getProperty("agentdb.server.host", "0.0.0.0");
        if (isTaken(quic, () -> udp(address(host), quic))) {
            taken.add("UDP port " + quic + " (agentdb.server.port)");
        }
        if (!taken.isEmpty()) {
            throw new PortsTaken(taken);
        }
    }

    /** What is no number is refused with words where it is bound. */
    private static int port(Environment settings, String name, int usual) {
        String given = settings.getProperty(name, String.valueOf(usual)).strip();
        return given.matches("\\d{1,5}") ? Integer.parseInt(given) : 0;
    }

    private static InetAddress address(String given) throws UnknownHostException {
        return StringUtils.hasText(given) ? InetAddress.getByName(given.strip())
                : new InetSocketAddress(0).getAddress();
    }

    /** Only what is in use already: an address of another machine, say, is told of with words of its own. */
    private static boolean isTaken(int port, SocketOpening opening) {
        if (port == 0) {
            return false;
        }
        try (Closeable open = opening.open()) {
            return open == null;
        } catch (BindException e) {
            return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("in use");
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }

    /** As Tomcat does, which a connection that has just ended does not keep out. */
    private static Closeable tcp(InetAddress address, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return socket;
        } catch (IOException | IllegalArgumentException e) {
            socket.close();
            throw e;
        }
    }

    private static Closeable udp(InetAddress address, int port) throws IOException {
        return new DatagramSocket(new InetSocketAddress(address, port));
    }
}
