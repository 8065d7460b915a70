// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.chroniclesync.api.importer.FileImport;
import org.chroniclesync.api.importer.FileImport.Report;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.History;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One import: goes through files and folders. For one thread. */
final class Reading {
  /** A folder with more files than this is not one of exports. */
  static final int MAX_FILES = 100_000;

  private static final int MAX_DEPTH = 32;
  private static final int MAX_REASON_CHARS = 400;
  private static final int MAX_NAME_CHARS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(Reading.class);

  private final History history;
  private final Consent consent;
  private final Names names;
  private final Path temporary;
  private final FileImport.Request request;
  private final Consumer<FileImport.Progress> progress;
  private final List<Report> reports = new ArrayList<>();
  private String named = "";

  Reading(
      History history,
      Consent consent,
      Names names,
      Path temporary,
      FileImport.Request request,
      Consumer<FileImport.Progress> progress) {
    this.history = history;
    this.consent = consent;
    this.names = names;
    this.temporary = temporary;
    this.request = request;
    this.progress = progress;
  }

  List<Report> run() throws StorageException, InterruptedException {
    for (Path path : request.paths()) {
      if (Files.isDirectory(path)) {
        folder(path);
      } else {
        file(path, true);
      }
    }
    return List.copyOf(reports);
  }

  /** What holds no history in a folder is not worth a line each. */
  private void folder(Path folder) throws StorageException, InterruptedException {
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(folder, Set.of(), MAX_DEPTH, new Collector(files));
    } catch (IOException e) {
      problem(folder.toString(), "It cannot be read: " + reason(e));
    }
    if (files.size() == MAX_FILES) {
      problem(
          folder.toString(),
          "Only %,d of its files were looked at; name the folders below it.".formatted(MAX_FILES));
    }
    Collections.sort(files);
    int before = reports.size();
    List<Path> strange = new ArrayList<>();
    for (Path file : files) {
      int known = reports.size();
      file(file, false);
      if (reports.size() == known) {
        strange.add(folder.relativize(file));
      }
    }
    if (reports.size() == before) {
      problem(folder.toString(), "No file in it holds a history that is known.");
    } else if (!strange.isEmpty()) {
      problem(
          folder.toString(),
          "Files in it that hold no history that is known: %,d, such as %s."
              .formatted(strange.size(), Texts.shown(strange.get(0).toString(), MAX_NAME_CHARS)));
    }
  }

  private static final class Collector extends SimpleFileVisitor<Path> {
    private final List<Path> files;

    Collector(List<Path> files) {
      this.files = files;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && attributes.size() > 0) {
        files.add(file);
      }
      return files.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }

  private void file(Path file, boolean asked) throws StorageException, InterruptedException {
    int before = reports.size();
    named = asked ? file.toString() : "";
    try (Workplace workplace = new Workplace(temporary)) {
      Files.readAttributes(file, BasicFileAttributes.class);
      if (!Files.isRegularFile(file)) {
        problem(file.toString(), "It is neither a file nor a folder.");
        return;
      }
      Contents contents = new Contents(this, workplace);
      contents.read(file);
    } catch (UnreadableException e) {
      problem(file.toString(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      problem(file.toString(), reason(e));
    }
    if (asked && reports.size() == before) {
      problem(
          file.toString(),
          "It holds no history that is known. What can be read is listed in the documentation,"
              + " under \"Import from files\".");
    }
  }

  /** Something that can be read, and how. */
  interface Body {
    void read(Intakes to)
        throws IOException,
            SQLException,
            UnreadableException,
            StorageException,
            InterruptedException;
  }

  /** Reads one file or member of an archive; what is wrong with it costs it alone. */
  void read(String source, Body body) throws StorageException, InterruptedException {
    Intakes intakes = new Intakes(history, consent, names, request, source, progress);
    String problem = null;
    try {
      body.read(intakes);
    } catch (UnreadableException e) {
      problem = e.isForeign() && !source.equals(named) ? null : String.valueOf(e.getMessage());
    } catch (SQLException e) {
      problem = "The database cannot be read: " + reason(e);
    } catch (IOException e) {
      problem = reason(e);
    } catch (RuntimeException | StackOverflowError e) {
      // Whatever a strange file does to a parser.
      LOG.warn("{} could not be read", source, e);
      problem = "It cannot be read: " + Texts.shown(e.toString(), MAX_REASON_CHARS) + ".";
    }
    List<Report> made = intakes.end(problem);
    reports.addAll(made);
    if (made.isEmpty() && problem != null) {
      problem(source, problem);
    }
  }

  void problem(String source, String problem) {
    reports.add(new Report(source, "", null, 0, Map.of(), problem));
  }

  static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
  }

  static String reason(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "There is no such file.";
    }
    if (e instanceof AccessDeniedException) {
      return "The node may not read it.";
    }
    String message = e.getMessage();
    String text = message == null ? e.getClass().getSimpleName() : message;
    String shown = Texts.shown(text, MAX_REASON_CHARS);
    return shown.endsWith(".") ? shown : shown + ".";
  }
}
