// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chroniclesync.api.storage.HistoryStore;

/** A process that merges until it is killed, and prints each batch that was acknowledged. */
final class MergingProcess {
  static final int BATCH = 50;
  static final String MARK = "acknowledged";

  private MergingProcess() {}

  public static void main(String[] args) throws Exception {
    var constructor = Class.forName(args[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    HistoryStoreContract contract = (HistoryStoreContract) constructor.newInstance();
    HistoryStore store = contract.open(Path.of(args[1]));
    for (int number = count(store); ; number++) {
      store.merge(Samples.batch(number, BATCH, MARK));
      System.out.println(number + 1);
    }
  }

  /** Starts it. */
  static Process start(Class<?> contract, List<String> jvmArguments, Path folder, Path errors)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmArguments);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            MergingProcess.class.getName(),
            contract.getName(),
            folder.toString()));
    return new ProcessBuilder(command).redirectError(errors.toFile()).start();
  }

  /** Returns how many batches the store says it has. */
  static int count(HistoryStore store) throws Exception {
    String mark = store.mark(MARK);
    return mark == null ? 0 : Integer.parseInt(mark);
  }
}
