// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.testkits.configuration;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The metatype of one configuration, as bnd writes it into {@code OSGI-INF/metatype}.
 *
 * @param pid the PID, or that of the factory
 * @param factory whether there may be several
 * @param description what is configured
 * @param keys the keys, in the order of their declaration
 */
public record Metatype(String pid, boolean factory, String description, List<Key> keys) {
  /** Copies the list. */
  public Metatype {
    keys = List.copyOf(keys);
  }

  /**
   * A key.
   *
   * @param name the key
   * @param type the type, such as {@code Long}
   * @param description what it means, in sentences
   * @param defaultValue the default, several parted by commas, or null if there is none
   * @param required whether it must be there
   * @param min the least value, or null
   * @param max the greatest value, or null
   * @param options the values that are allowed; empty if that is not told by a list
   */
  public record Key(
      String name,
      String type,
      String description,
      @Nullable String defaultValue,
      boolean required,
      @Nullable String min,
      @Nullable String max,
      List<String> options) {
    /** Copies the list. */
    public Key {
      options = List.copyOf(options);
    }

    /**
     * Tells whether this is a number.
     *
     * @return true for the integral types
     */
    public boolean isNumber() {
      return type.equals("Integer") || type.equals("Long");
    }

    /**
     * Tells whether the component does not start without it.
     *
     * @return true if it is required and there is no default
     */
    public boolean isMandatory() {
      return required && defaultValue == null;
    }
  }

  /**
   * Reads a file.
   *
   * @param xml the file; not closed
   * @return what it describes, which is nothing if no component uses it
   * @throws IOException if it cannot be read, or is not a metatype
   */
  public static List<Metatype> read(InputStream xml) throws IOException {
    Document document;
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      document = factory.newDocumentBuilder().parse(xml);
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException("This is not a metatype: " + e.getMessage(), e);
    }
    List<Metatype> found = new ArrayList<>();
    for (Element designate : elements(document.getDocumentElement(), "Designate")) {
      String ocdref = elements(designate, "Object").get(0).getAttribute("ocdref");
      for (Element ocd : elements(document.getDocumentElement(), "OCD")) {
        if (ocd.getAttribute("id").equals(ocdref)) {
          found.add(of(designate, ocd));
        }
      }
    }
    return found;
  }

  private static Metatype of(Element designate, Element ocd) {
    boolean factory = designate.hasAttribute("factoryPid");
    return new Metatype(
        designate.getAttribute(factory ? "factoryPid" : "pid"),
        factory,
        ocd.getAttribute("description"),
        elements(ocd, "AD").stream().map(Metatype::key).toList());
  }

  private static Key key(Element ad) {
    String required = attribute(ad, "required");
    return new Key(
        ad.getAttribute("id"),
        ad.getAttribute("type"),
        ad.getAttribute("description"),
        attribute(ad, "default"),
        required == null || Boolean.parseBoolean(required),
        attribute(ad, "min"),
        attribute(ad, "max"),
        elements(ad, "Option").stream().map(option -> option.getAttribute("value")).toList());
  }

  private static @Nullable String attribute(Element element, String name) {
    return element.hasAttribute(name) ? element.getAttribute(name) : null;
  }

  private static List<Element> elements(Element parent, String name) {
    NodeList nodes = parent.getElementsByTagName(name);
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      found.add((Element) nodes.item(i));
    }
    return found;
  }
}
