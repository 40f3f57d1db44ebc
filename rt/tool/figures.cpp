//===- tool/figures.cpp - the page's drawings -------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/figures.h"

#include "tool/rank.h"
#include "tool/words.h"

#include <cmath>
#include <cstdio>
#include <map>

namespace stm::tool {

namespace {

struct Bucket {
  const char *Class;
  const char *Name;
  uint64_t Buckets::*Member;
};

constexpr Bucket AllBuckets[] = {
    {"useful", "useful", &Buckets::Useful},
    {"lost", "lost", &Buckets::Lost},
    {"waiting", "waiting", &Buckets::Waiting},
    {"inevitable", "inevitable", &Buckets::Inevitable},
    {"gc", "collections", &Buckets::Gc},
    {"outside", "outside of transactions", &Buckets::Outside},
};

std::string number(double Value) {
  char Text[64];
  std::snprintf(Text, sizeof(Text), "%.2f", Value);
  return Text;
}

/// The first \p Longest characters of \p Text, not bytes: columns.
std::string columns(const std::string &Text, size_t Longest) {
  size_t Columns = 0;
  for (size_t I = 0; I != Text.size(); ++I) {
    bool IsStart = (static_cast<unsigned char>(Text[I]) & 0xc0) != 0x80;
    if (IsStart && Columns++ == Longest)
      return Text.substr(0, I) + "…";
  }
  return Text;
}

std::string text(double X, double Y, const char *Class,
                 const std::string &Text) {
  return "<text class=\"" + std::string(Class) + "\" x=\"" + number(X) +
         "\" y=\"" + number(Y) + "\">" + escaped(Text) + "</text>";
}

std::string title(const std::string &Text) {
  return "<title>" + escaped(Text) + "</title>";
}

} // namespace

std::string escaped(const std::string &Text) {
  std::string Out;
  for (char C : printable(Text)) {
    switch (C) {
    case '&':
      Out += "&amp;";
      break;
    case '<':
      Out += "&lt;";
      break;
    case '>':
      Out += "&gt;";
      break;
    case '"':
      Out += "&quot;";
      break;
    case '\'':
      Out += "&#39;";
      break;
    default:
      Out += C;
    }
  }
  return Out;
}

std::string labelOf(const Side &S) {
  if (!S.Block.empty())
    return S.Block;
  const Frame *F = userFrame(S.Frames);
  if (!F)
    return "unknown";
  return F->Function.empty() ? place(*F) : shortName(F->Function);
}

//===----------------------------------------------------------------------===//
// Where time went
//===----------------------------------------------------------------------===//

std::string timeBar(const Buckets &Time) {
  auto Whole = static_cast<double>(Time.sum());
  if (Whole <= 0)
    return {};
  std::string Out = "<div class=\"bar\">";
  for (const Bucket &B : AllBuckets) {
    uint64_t Part = Time.*B.Member;
    if (!Part)
      continue;
    auto Share = static_cast<double>(Part) / Whole;
    Out += "<span class=\"" + std::string(B.Class) +
           "\" style=\"flex-grow:" + number(Share * 1000) + "\" title=\"" +
           B.Name + ": " + duration(Part) + ", " + share(Share, 1) +
           "\"></span>";
  }
  return Out + "</div>";
}

std::string timeLegend(const Buckets &Time) {
  std::string Out = "<ul class=\"legend\">";
  for (const Bucket &B : AllBuckets)
    Out += "<li><span class=\"swatch " + std::string(B.Class) + "\"></span>" +
           B.Name + " <b>" + duration(Time.*B.Member) + "</b> " +
           share(static_cast<double>(Time.*B.Member),
                 static_cast<double>(Time.sum())) +
           "</li>";
  return Out + "</ul>";
}

//===----------------------------------------------------------------------===//
// Who rolls back whom
//===----------------------------------------------------------------------===//

namespace {

struct Flow {
  uint64_t Ns = 0;
  uint64_t Count = 0;
};

/// One column of blocks.
struct Column {
  std::map<std::string, uint64_t> NsOf;
  std::vector<std::string> Ranked;
  std::map<std::string, size_t> RowOf;

  void rank(size_t Most) {
    for (const auto &[Name, Ns] : NsOf)
      Ranked.push_back(Name);
    sortGreatestFirst(Ranked, [&](const std::string &N) { return NsOf[N]; });
    if (Ranked.size() > Most)
      Ranked.resize(Most);
    for (size_t I = 0; I != Ranked.size(); ++I)
      RowOf[Ranked[I]] = I;
  }
};

constexpr double FlowWidth = 350, BoxWidth = 132, BoxHeight = 42, BoxGap = 12,
                 FlowTop = 26;
constexpr size_t MostBlocks = 8, NameColumns = 14;

double rowTop(size_t Row) {
  return FlowTop + static_cast<double>(Row) * (BoxHeight + BoxGap);
}

/// Between rows of the two columns.
struct Edge {
  size_t From;
  size_t To;
  Flow What;
  std::string Title;
};

/// Where an edge meets a box: those of one box side by side, so that as few as
/// can be cross. \p Here and \p There are the edge's two ends.
double endOf(const Edge &E, size_t Edge::*Here, size_t Edge::*There,
             const std::vector<Edge> &Edges) {
  size_t Above = 0, All = 0;
  for (const Edge &O : Edges) {
    if (O.*Here != E.*Here)
      continue;
    ++All;
    Above += O.*There < E.*There;
  }
  return rowTop(E.*Here) + BoxHeight * static_cast<double>(Above + 1) /
                               static_cast<double>(All + 1);
}

std::string boxes(const Column &C, double X, const char *What) {
  std::string Out;
  for (size_t I = 0; I != C.Ranked.size(); ++I) {
    const std::string &Name = C.Ranked[I];
    std::string Lost = duration(C.NsOf.at(Name));
    double Y = rowTop(I);
    Out += "<g>" + title(Name + ": " + What + " " + Lost) +
           "<rect class=\"box\" x=\"" + number(X + 0.5) + "\" y=\"" +
           number(Y + 0.5) + "\" width=\"" + number(BoxWidth - 1) +
           "\" height=\"" + number(BoxHeight - 1) + "\" rx=\"6\"/>" +
           text(X + 10, Y + 18, "name", columns(Name, NameColumns)) +
           text(X + 10, Y + 34, "note", std::string(What) + " " + Lost) +
           "</g>";
  }
  return Out;
}

} // namespace

std::string flowGraph(const Report &R) {
  std::map<std::pair<std::string, std::string>, Flow> Flows;
  Column Culprits, Victims;
  for (const Conflict &C : R.Conflicts) {
    // What nobody else is to blame for.
    if (C.Culprit.Block.empty() && C.Culprit.Frames.empty())
      continue;
    std::string From = labelOf(C.Culprit), To = labelOf(C.Victim);
    Flow &F = Flows[{From, To}];
    F.Ns = addClamped(F.Ns, C.LostNs);
    F.Count = addClamped(F.Count, C.Count);
    Culprits.NsOf[From] = addClamped(Culprits.NsOf[From], C.LostNs);
    Victims.NsOf[To] = addClamped(Victims.NsOf[To], C.LostNs);
  }
  if (Flows.empty())
    return {};
  Culprits.rank(MostBlocks);
  Victims.rank(MostBlocks);
  uint64_t Most = 1;
  for (const auto &[Ends, F] : Flows)
    Most = std::max(Most, F.Ns);

  size_t Rows = std::max(Culprits.Ranked.size(), Victims.Ranked.size());
  std::string Out = "<svg class=\"flow\" role=\"img\" aria-label=\"Blocks that "
                    "cost others time\" viewBox=\"0 0 " +
                    number(FlowWidth) + " " + number(rowTop(Rows)) + "\">";
  Out += text(0, 14, "note", "because of …");
  Out += text(FlowWidth - BoxWidth, 14, "note", "… rolled back");
  double Left = BoxWidth, Right = FlowWidth - BoxWidth;
  double Middle = (Left + Right) / 2;
  std::vector<Edge> Edges;
  for (const auto &[Ends, F] : Flows) {
    auto From = Culprits.RowOf.find(Ends.first);
    auto To = Victims.RowOf.find(Ends.second);
    if (From != Culprits.RowOf.end() && To != Victims.RowOf.end())
      Edges.push_back({From->second, To->second, F,
                       Ends.first + " → " + Ends.second + ": " +
                           times(F.Count) + ", " + duration(F.Ns)});
  }
  for (const Edge &E : Edges) {
    std::string Begin = number(endOf(E, &Edge::From, &Edge::To, Edges));
    std::string End = number(endOf(E, &Edge::To, &Edge::From, Edges));
    double Width =
        1.5 + 9.5 * static_cast<double>(E.What.Ns) / static_cast<double>(Most);
    Out += "<path class=\"edge\" stroke-width=\"" + number(Width) + "\" d=\"M" +
           number(Left) + " " + Begin + " C" + number(Middle) + " " + Begin +
           " " + number(Middle) + " " + End + " " + number(Right) + " " + End +
           "\">" + title(E.Title) + "</path>";
  }
  Out += boxes(Culprits, 0, "cost");
  Out += boxes(Victims, Right, "lost");
  return Out + "</svg>";
}

//===----------------------------------------------------------------------===//
// The timeline
//===----------------------------------------------------------------------===//

namespace {

constexpr size_t MostEvents = 1500;
constexpr double TrackHeight = 26, TrackGap = 12, TrackLeft = 84,
                 TimelineWidth = 1000, TimelineTop = 24;

const char *classOf(const std::string &Kind) {
  static const std::map<std::string, const char *> Classes = {
      {"commit", "useful"},         {"abort", "lost"},
      {"inevitable", "inevitable"}, {"snapshot", "snapshot"},
      {"waiting", "waiting"},       {"gc", "gc"}};
  auto Found = Classes.find(Kind);
  return Found == Classes.end() ? "outside" : Found->second;
}

/// Nanoseconds between marks of an axis that is \p Span long: about six of 1, 2
/// or 5 times a power of ten.
uint64_t axisStep(uint64_t Span) {
  double Raw = std::max(1.0, static_cast<double>(Span) / 6);
  double Power = std::pow(10, std::floor(std::log10(Raw)));
  for (double Factor : {1.0, 2.0, 5.0})
    if (Raw <= Factor * Power)
      return static_cast<uint64_t>(Factor * Power);
  return static_cast<uint64_t>(10 * Power);
}

} // namespace

std::string timeline(const Report &R) {
  if (R.Timeline.empty())
    return {};
  std::vector<Event> Events = R.Timeline;
  sortGreatestFirst(Events, [](const Event &E) { return E.EndNs; });
  size_t Hidden = Events.size() > MostEvents ? Events.size() - MostEvents : 0;
  Events.resize(Events.size() - Hidden);

  uint64_t Begin = UINT64_MAX, End = 0;
  std::map<uint64_t, size_t> Tracks;
  for (const Event &E : Events) {
    Begin = std::min(Begin, E.BeginNs);
    End = std::max({End, E.BeginNs, E.EndNs});
    Tracks[E.Thread] = 0;
  }
  size_t Next = 0;
  for (auto &[Id, Track] : Tracks)
    Track = Next++;
  uint64_t Span = std::max<uint64_t>(1, End - Begin);
  double Scale = (TimelineWidth - TrackLeft - 8) / static_cast<double>(Span);
  auto X = [&](uint64_t Ns) {
    return TrackLeft + static_cast<double>(Ns - Begin) * Scale;
  };
  auto Y = [](size_t Track) {
    return TimelineTop + static_cast<double>(Track) * (TrackHeight + TrackGap);
  };
  double Bottom = Y(Tracks.size());

  std::string Out =
      "<svg class=\"timeline\" role=\"img\" aria-label=\"What threads did "
      "when\" "
      "viewBox=\"0 0 " +
      number(TimelineWidth) + " " + number(Bottom) +
      "\"><defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
      "markerWidth=\"6\" markerHeight=\"6\" orient=\"auto\"><path "
      "class=\"tip\" "
      "d=\"M0 0 L8 4 L0 8 z\"/></marker></defs>";
  uint64_t Step = axisStep(Span);
  for (uint64_t At = 0; At <= Span; At += Step) {
    double Mark = X(Begin + At);
    Out += "<path class=\"grid\" d=\"M" + number(Mark) + " 18 V" +
           number(Bottom) + "\"/>";
    // The last one would be cut off.
    if (Mark < TimelineWidth - 60)
      Out += text(Mark + 3, 12, "note", duration(At));
    if (UINT64_MAX - At < Step)
      break;
  }
  for (auto [Id, Track] : Tracks) {
    Out += text(0, Y(Track) + 17, "name", "thread " + std::to_string(Id));
    Out += "<path class=\"grid\" d=\"M" + number(TrackLeft) + " " +
           number(Y(Track) + TrackHeight) + " H" + number(TimelineWidth) +
           "\"/>";
  }
  std::string Arrows;
  for (const Event &E : Events) {
    uint64_t Until = std::max(E.BeginNs, E.EndNs);
    size_t Track = Tracks[E.Thread];
    double Width = std::max(1.0, X(Until) - X(E.BeginNs) - 0.5);
    std::string What = E.Kind + " of " + blockName(E.Block) + ", " +
                       duration(Until - E.BeginNs);
    if (E.CulpritThread)
      What += ", because of thread " + std::to_string(*E.CulpritThread);
    Out += "<rect class=\"" + std::string(classOf(E.Kind)) + "\" x=\"" +
           number(X(E.BeginNs)) + "\" y=\"" + number(Y(Track)) + "\" width=\"" +
           number(Width) + "\" height=\"" + number(TrackHeight) +
           "\" rx=\"2\">" + title(What) + "</rect>";
    auto Culprit =
        E.CulpritThread ? Tracks.find(*E.CulpritThread) : Tracks.end();
    if (Culprit == Tracks.end() || Culprit->second == Track)
      continue;
    bool IsBelow = Culprit->second > Track;
    double From = Y(Culprit->second) + (IsBelow ? 0 : TrackHeight);
    double To = Y(Track) + (IsBelow ? TrackHeight : 0);
    Arrows += "<path class=\"arrow\" marker-end=\"url(#tip)\" d=\"M" +
              number(X(Until)) + " " + number(From) + " V" + number(To) +
              "\"/>";
  }
  Out += Arrows + "</svg>";
  Out = "<div class=\"scroll\">" + Out + "</div>";
  Out += "<ul class=\"legend\"><li><span class=\"swatch useful\"></span>commits"
         "</li><li><span class=\"swatch lost\"></span>is rolled back</li><li>"
         "<span class=\"swatch waiting\"></span>waits</li><li><span "
         "class=\"swatch inevitable\"></span>is inevitable</li><li><span "
         "class=\"swatch snapshot\"></span>snapshot</li><li><span "
         "class=\"swatch gc\"></span>collects</li></ul>";
  if (Hidden)
    Out += "<p class=\"quiet\">The newest " + std::to_string(MostEvents) +
           " events; " + std::to_string(Hidden) +
           " earlier ones are left "
           "out.</p>";
  return Out;
}

} // namespace stm::tool
