// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.chroniclesync.api.storage.HistoryStore;
import org.jspecify.annotations.Nullable;

/**
 * A process that merges, and what would be left of its store if it, or the power, ended at this
 * moment: it is halted, its files are copied, and it goes on. So one process dies at many moments,
 * in the middle of a merge, too.
 */
final class Cutting implements AutoCloseable {
  /** About as long as a merge of a slow store, so that the moments are spread over it. */
  private static final int MOST_NANOS = 4_000_000;

  private static final int MOST_BATCHES = 4;

  private final HistoryStoreContract contract;
  private final Path folder;
  private final Path errors;
  private final @Nullable PowerCutDisk disk;
  private final Process process;
  private final Random random = new Random();
  private final StringBuilder line = new StringBuilder();
  private @Nullable SlowWrites slow;
  private int acknowledged;

  interface Look {
    void at(HistoryStore store, int acknowledged) throws Exception;
  }

  private Cutting(HistoryStoreContract contract, Path folder, @Nullable PowerCutDisk disk)
      throws IOException {
    this.contract = contract;
    this.folder = folder;
    this.disk = disk;
    this.errors = folder.resolve("errors.txt");
    Files.createDirectories(store());
    this.process =
        MergingProcess.start(contract.getClass(), contract.jvmArguments(), store(), errors);
  }

  /**
   * Starts the process, or skips the test where none can be halted.
   *
   * @param slowly whether it shall wait before each write, where that can be done
   */
  static Cutting begin(HistoryStoreContract contract, Path folder, boolean slowly)
      throws IOException {
    assumeTrue(contract.cuts() > 0, "cuts() says that nothing is to be cut");
    assumeTrue(Commands.isLinux(), "only on Linux it can be seen that a process is halted");
    Path ours = Files.createDirectories(folder.resolve("cutting"));
    Optional<PowerCutDisk> disk = PowerCutDisk.mount(Files.createDirectories(ours.resolve("disk")));
    Cutting cutting = new Cutting(contract, ours, disk.orElse(null));
    try {
      cutting.start(slowly);
    } catch (IOException | RuntimeException | Error e) {
      cutting.close();
      throw e;
    }
    return cutting;
  }

  private void start(boolean slowly) throws IOException {
    // Then the files are there that it writes to.
    await(1);
    if (slowly) {
      slow = SlowWrites.attach(process.pid(), filesIn(store())).orElse(null);
    }
  }

  /** Tells whether the disk forgets what was not synced. */
  boolean forgets() {
    return disk != null;
  }

  private Path store() {
    return (disk == null ? folder : disk.files()).resolve("store");
  }

  /** Halts the process at some moment after a few more batches, and copies what there is. */
  void cut() throws IOException {
    resume();
    await(acknowledged + 1 + random.nextInt(MOST_BATCHES));
    LockSupport.parkNanos(random.nextInt(MOST_NANOS));
    halt();
    InputStream said = process.getInputStream();
    while (said.available() > 0) {
      read(said.read());
    }
  }

  private void await(int enough) throws IOException {
    while (acknowledged < enough) {
      read(process.getInputStream().read());
    }
  }

  private void read(int character) throws IOException {
    if (character < 0) {
      throw new AssertionError("the process ended: " + Files.readString(errors));
    }
    if (character == '\n') {
      acknowledged = Integer.parseInt(line.toString().strip());
      line.setLength(0);
    } else {
      line.append((char) character);
    }
  }

  private void halt() throws IOException {
    signal("STOP");
    // A thread that waits for the disk is halted when that has answered. One that strace holds may
    // still do its next write, so what is copied is compared.
    while (!isHalted()) {
      Thread.onSpinWait();
    }
  }

  private void resume() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    if (!Commands.run("kill", "-" + name, process.pid())) {
      throw new IOException("the process cannot be sent " + name);
    }
  }

  private boolean isHalted() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", "" + process.pid(), "task"))) {
      return threads.allMatch(Cutting::isThreadHalted);
    }
  }

  private static boolean isThreadHalted(Path thread) {
    try {
      String status = Files.readString(thread.resolve("stat"), US_ASCII);
      char state = status.charAt(status.lastIndexOf(')') + 2);
      return state == 'T' || state == 't';
    } catch (IOException e) {
      // It may have ended just before.
      return !Files.exists(thread);
    }
  }

  /** Opens what the halted process has written. */
  void afterTheDeathOfTheProcess(Look look) throws Exception {
    Path copy = folder.resolve("copy");
    do {
      if (!Commands.run("rm", "-rf", copy) || !Commands.run("cp", "-a", store(), copy)) {
        throw new IOException(store() + " cannot be copied");
      }
    } while (!Commands.run("diff", "-rq", store(), copy));
    look(copy, look);
  }

  /** Opens what the halted process has synced, where that can be told. */
  void afterAPowerCut(Look look) throws Exception {
    if (disk != null) {
      try (PowerCutDisk.Cut cut = disk.cut()) {
        look(Files.createDirectories(cut.files().resolve("store")), look);
      }
    }
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private void look(Path copy, Look look) throws Exception {
    HistoryStore store = contract.open(copy);
    try {
      look.at(store, acknowledged);
    } finally {
      contract.close(store);
    }
  }

  @Override
  public void close() throws IOException {
    if (slow != null) {
      slow.close();
    }
    process.destroyForcibly().onExit().join();
    if (disk != null) {
      disk.close();
    }
  }
}
