package dev.lkjagent.benchmarks;

import com.ctc.wstx.stax.WstxInputFactory;
import com.fasterxml.aalto.stax.InputFactoryImpl;
import dev.lkjagent.json.xml.XmlReader;
import dev.lkjagent.memory.MemoryPool;
import dev.lkjagent.memory.tree.Document;
import java.io.ByteArrayInputStream;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * An XML text: ours into a tree, the streaming peers through all names and values, the JDK's into a
 * DOM.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class XmlReadBenchmark {
  /** What is read. */
  @Param({"agent", "twitter", "attributes"})
  public String document;

  private final XMLInputFactory aalto = new InputFactoryImpl();
  private final XMLInputFactory woodstox = new WstxInputFactory();
  private final XmlReader reader = new XmlReader();
  private DocumentBuilder dom;
  private MemoryPool pool;
  private Document target;
  private byte[] text;

  /** Loads the document. */
  @Setup
  public void open() throws Exception {
    pool = MemoryPool.open(Specs.LARGE);
    open(pool);
  }

  /** Opens in a pool that somebody else closes. */
  void open(MemoryPool pool) throws Exception {
    target = new Document(pool.root());
    dom = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    text = document.equals("attributes") ? Inputs.attributes() : Inputs.document(document + ".xml");
  }

  /** Ends the pool. */
  @TearDown
  public void close() {
    pool.close();
  }

  /** Ours, attributes stored. */
  @Benchmark
  public int ours() {
    reader.parseOrThrow(text, target);
    return target.nodeCount();
  }

  /** Aalto, names and values read. */
  @Benchmark
  public int aalto() throws XMLStreamException {
    return events(aalto);
  }

  /** Woodstox, names and values read. */
  @Benchmark
  public int woodstox() throws XMLStreamException {
    return events(woodstox);
  }

  /** The JDK's DOM. */
  @Benchmark
  public Object jdkDom() throws Exception {
    return dom.parse(new ByteArrayInputStream(text));
  }

  private int events(XMLInputFactory factory) throws XMLStreamException {
    XMLStreamReader events = factory.createXMLStreamReader(new ByteArrayInputStream(text));
    int sum = 0;
    while (events.hasNext()) {
      int event = events.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        sum += events.getLocalName().length();
        for (int i = 0; i < events.getAttributeCount(); i++) {
          sum += events.getAttributeLocalName(i).length() + events.getAttributeValue(i).length();
        }
      } else if (event == XMLStreamConstants.CHARACTERS) {
        sum += events.getText().length();
      }
    }
    events.close();
    return sum;
  }
}
