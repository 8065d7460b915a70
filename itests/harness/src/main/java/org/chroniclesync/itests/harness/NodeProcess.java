// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.itests.harness;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A node in a process of its own, so that it can be killed. It stores visits one batch after
 * another and says of each, once it is stored, that it is.
 */
public final class NodeProcess implements Closeable {
  private static final int BATCH = 100;

  /** Recorded as fast as can be, so that there is a lot to sync. */
  private static final int BURST = 5_000;

  /** Between the batches after that: those who look at it hold all of it in memory. */
  private static final long PAUSE_MILLIS = 50;

  /** Most visits that a process records; after that it only waits to be killed. */
  public static final int MAX_VISITS = 100_000;

  private final Process process;
  private final Path socket;
  private final Set<String> acknowledged = new TreeSet<>();
  private final Thread reader;
  private volatile boolean ready;

  private NodeProcess(Process process, Path socket) {
    this.process = process;
    this.socket = socket;
    this.reader = new Thread(this::read, "node-process-output");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a process.
   *
   * @param data the folder of the node
   * @param mnemonic its words
   * @param url of the discovery service
   * @param device the device id of the visits that it stores; unlike that of earlier processes
   * @param log where what it logs goes
   * @return the process
   * @throws IOException if it does not start
   */
  public static NodeProcess start(Path data, String mnemonic, String url, String device, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    for (String key : Container.PROPERTIES) {
      command.add("-D" + key + "=" + System.getProperty(key));
    }
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(NodeProcess.class.getName());
    command.addAll(List.of(data.toString(), mnemonic, url, device));
    return new NodeProcess(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start(),
        data.resolve("control.sock"));
  }

  /**
   * The process.
   *
   * @param arguments folder, mnemonic, URL, device
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    // Logging goes to standard output by default, which is for the acknowledgements here.
    PrintStream out = System.out;
    System.setOut(System.err);
    endWithInput();
    NodeUnderTest node =
        NodeUnderTest.in(Path.of(arguments[0]), arguments[1]).discovery(arguments[2]).start();
    out.println("ready");
    for (int batch = 0; batch < MAX_VISITS / BATCH; batch++) {
      List<Visit> visits = new ArrayList<>();
      for (int i = 0; i < BATCH; i++) {
        visits.add(Visit.of(arguments[3], arguments[3] + "-" + (batch * BATCH + i), "Visit " + i));
      }
      node.merge(visits);
      visits.forEach(visit -> out.println(visit.device() + "/" + visit.visitId()));
      out.flush();
      if (batch >= BURST / BATCH) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    Thread.currentThread().join(); // until it is killed
  }

  /**
   * Tells whether the node runs.
   *
   * @return true once it does
   */
  public boolean isReady() {
    return ready;
  }

  /**
   * Tells whether the process runs.
   *
   * @return false once it ended
   */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Returns what was said to be stored.
   *
   * @return the visits by device and visit id
   */
  public Set<String> acknowledged() {
    synchronized (acknowledged) {
      return new TreeSet<>(acknowledged);
    }
  }

  /**
   * Runs a command of the shell through the node's control socket.
   *
   * @param line the command
   * @return what it said
   * @throws IOException if it failed, with what it said, or the process was killed meanwhile
   */
  public String command(String line) throws IOException {
    return ControlSocket.run(socket, line);
  }

  /** Kills the process with SIGKILL and waits for its end and for the last that it said. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The parent process holds the other end of the input. When it dies, so do we. */
  private static void endWithInput() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is ever sent.
                }
              } catch (IOException e) {
                // As good as the end.
              }
              Runtime.getRuntime().halt(1);
            },
            "input");
    watch.setDaemon(true);
    watch.start();
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("ready")) {
          ready = true;
        } else if (line.contains("/")) {
          synchronized (acknowledged) {
            acknowledged.add(line);
          }
        }
      }
    } catch (IOException e) {
      // The process was killed while it spoke.
    }
  }
}
