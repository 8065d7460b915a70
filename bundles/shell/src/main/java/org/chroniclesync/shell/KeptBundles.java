// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipException;
import org.chroniclesync.api.sync.Part;
import org.chroniclesync.api.sync.PartReporter;
import org.chroniclesync.support.files.OwnCode;
import org.chroniclesync.support.files.PrivateFiles;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The folder whose bundles the launcher installs at each start. Adds and removes files, and reports
 * what did not work at the start. There only if our launcher started the framework: it registers
 * the folder, and by file name the cause and the remedy of what does not run, in types of the JDK.
 */
@Component(service = {KeptBundles.class, PartReporter.class})
public final class KeptBundles implements PartReporter {
  private static final String FOLDER = "chroniclesync.kept.bundles";
  private static final String NAME = "[\\w.-]{1,200}";

  private final BundleContext context;
  private final Supplier<Map<String, List<String>>> failures;

  /** Null if another launcher started the framework. */
  private final @Nullable Path folder;

  /**
   * Knows the folder.
   *
   * @param context of the framework
   * @param launcher what the launcher registered
   */
  @Activate
  public KeptBundles(
      BundleContext context,
      @Reference(
              service = Supplier.class,
              target = "(" + FOLDER + "=*)",
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          Map.@Nullable Entry<Map<String, Object>, Supplier<Map<String, List<String>>>> launcher) {
    this.context = context;
    failures = launcher == null ? Map::of : launcher.getValue();
    folder = launcher == null ? null : Path.of(String.valueOf(launcher.getKey().get(FOLDER)));
  }

  /** Those that have been replaced by one that runs are no longer told. */
  @Override
  public List<Part> parts() {
    return failures.get().entrySet().stream()
        .filter(one -> !isActive(one.getKey()))
        .map(
            one ->
                new Part(
                    "bundle",
                    one.getKey(),
                    new Part.Failed(one.getValue().get(0), one.getValue().get(1))))
        .toList();
  }

  private boolean isActive(String file) {
    Bundle bundle = folder == null ? null : context.getBundle(location(folder.resolve(file)));
    return bundle != null && bundle.getState() == Bundle.ACTIVE;
  }

  /** Copies a bundle into the folder, and starts it; it may replace one of the same name. */
  String install(String url) throws IOException, BundleException {
    if (folder == null) {
      throw new IllegalStateException(
          "This node was not started by the launcher of ChronicleSync. Use what your framework has to"
              + " keep bundles.");
    }
    PrivateFiles.createDirectories(folder);
    OwnCode.Refusal refusal = OwnCode.ofFolder(folder);
    if (refusal != null) {
      throw new IOException(refusal.cause() + " " + refusal.remedy());
    }
    Path draft = Files.createTempFile(folder, ".", ".tmp");
    try {
      copy(url, draft);
      String name = symbolicName(draft);
      Path file = folder.resolve(name + ".jar");
      Bundle present = context.getBundle(location(file));
      requireOther(name, present);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      PrivateFiles.syncDirectory(folder);
      return present == null ? started(file) : updated(present);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** One that is already there in another way would be in the way at the next start. */
  private void requireOther(String name, @Nullable Bundle kept) {
    for (Bundle bundle : new Bundles(context).named(name)) {
      if (!bundle.equals(kept)) {
        throw new IllegalStateException(
            name
                + " is installed already, as bundle "
                + bundle.getBundleId()
                + ". Remove that first: uninstall "
                + bundle.getBundleId());
      }
    }
  }

  private String started(Path file) throws IOException, BundleException {
    Bundle bundle;
    try {
      bundle = context.installBundle(location(file));
    } catch (BundleException e) {
      Files.delete(file);
      throw e;
    }
    if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
      bundle.start();
    }
    return kept("Installed", bundle);
  }

  private static String updated(Bundle bundle) throws BundleException {
    bundle.update();
    if (bundle.getState() != Bundle.ACTIVE
        && bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
      bundle.start();
    }
    return kept("Replaced", bundle);
  }

  private static String kept(String how, Bundle bundle) {
    return "%s %s %s as bundle %d; the node starts it from now on. To remove it: uninstall %s"
        .formatted(
            how,
            Bundles.name(bundle),
            bundle.getVersion(),
            bundle.getBundleId(),
            Bundles.name(bundle));
  }

  /** Removes the file of a bundle that was uninstalled; tells whether it was kept. */
  boolean remove(Bundle bundle) throws IOException {
    String location = bundle.getLocation();
    if (folder == null || !location.startsWith(folder.toUri().toString())) {
      return false;
    }
    return Files.deleteIfExists(Path.of(URI.create(location)));
  }

  private static void copy(String url, Path file) throws IOException {
    try (InputStream in = new URL(url).openStream();
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[8_192];
      long copied = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        copied += read;
        if (copied > OwnCode.MAX_BYTES) {
          throw new IOException("The bundle has more than %,d bytes.".formatted(OwnCode.MAX_BYTES));
        }
        out.write(buffer, 0, read);
      }
    }
  }

  private static String symbolicName(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      Manifest manifest = jar.getManifest();
      String header =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Constants.BUNDLE_SYMBOLICNAME);
      String name = header == null ? "" : header.split(";", 2)[0].strip();
      if (name.matches(NAME)) {
        return name;
      }
    } catch (ZipException e) {
      throw new IOException("This is not a jar: " + e.getMessage() + ".", e);
    }
    throw new IOException("This is not a bundle: its manifest has no Bundle-SymbolicName.");
  }

  /** As the launcher names it. */
  private static String location(Path file) {
    return file.toUri().toString();
  }
}
