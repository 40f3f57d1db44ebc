//===- e2e/Higher/key_value_server.cpp - an Asio server -------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A key-value server on loopback: its state is plain containers, its handlers
// run in parallel. Clients are threads with sockets of their own. The same
// server on an ordinary strand is the twin.
//
// REQUIRES: asio
// REQUIRES: llvm-19 || long
// RUN: %at_O2 %t %s %stmxx -gline-tables-only
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t.O2 hot
// RUN: python3 %inputs/report.py %t.json | FileCheck %s --check-prefix=HOT
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <algorithm>
#include <arpa/inet.h>
#include <asio.hpp>
#include <map>
#include <memory>
#include <stm/event_loop.hpp>
#include <stm/eventual.hpp>
#include <string>
#include <sys/socket.h>
#include <vector>

using asio::ip::tcp;

/// The state, and what is done with a line.
struct Store {
  std::map<std::string, long> Values;
  stm::counter Requests;

  std::string answer(const std::string &Line) {
    ++Requests;
    size_t Space = Line.find(' '), Second = Line.find(' ', Space + 1);
    std::string Verb = Line.substr(0, Space);
    std::string Key = Line.substr(Space + 1, Second - Space - 1);
    // HOT: conflict 1: {{.*}}victim={{.*}} at key_value_server.cpp:[[#@LINE+2]]
    if (Verb == "add")
      return std::to_string(Values[Key] += atol(Line.c_str() + Second)) + "\n";
    auto Found = Values.find(Key);
    if (Verb == "get")
      return Found == Values.end() ? "none\n"
                                   : std::to_string(Found->second) + "\n";
    if (Verb == "move") { // One from a key to another.
      --Values[Key];
      ++Values[Line.substr(Second + 1)];
      return "ok\n";
    }
    long Sum = 0;
    for (auto &[Of, Value] : Values)
      Sum += Value;
    return std::to_string(Sum) + "\n";
  }
};

/// The functions that differ between a strand and ours.
struct Parallel {
  stm::serial_executor Ex;
  explicit Parallel(asio::io_context &Io) : Ex(Io) {}
  template <class B, class H> void read(tcp::socket &S, B Buffer, H Handler) {
    stm::async_read_some(S, Buffer, Ex, std::move(Handler));
  }
  template <class B, class H> void write(tcp::socket &S, B Buffer, H Handler) {
    stm::async_write(S, Buffer, Ex, std::move(Handler));
  }
  template <class H>
  void accept(tcp::acceptor &A, tcp::socket &Peer, H Handler) {
    stm::async_accept(A, Peer, Ex, std::move(Handler));
  }
};
struct Strand {
  asio::strand<asio::io_context::executor_type> Ex;
  explicit Strand(asio::io_context &Io) : Ex(Io.get_executor()) {}
  template <class B, class H> void read(tcp::socket &S, B Buffer, H Handler) {
    S.async_read_some(Buffer, asio::bind_executor(Ex, std::move(Handler)));
  }
  template <class B, class H> void write(tcp::socket &S, B Buffer, H Handler) {
    asio::async_write(S, Buffer, asio::bind_executor(Ex, std::move(Handler)));
  }
  template <class H>
  void accept(tcp::acceptor &A, tcp::socket &Peer, H Handler) {
    A.async_accept(Peer, asio::bind_executor(Ex, std::move(Handler)));
  }
};

template <class How> class Server {
public:
  Server(asio::io_context &Io, unsigned Clients)
      : Way(Io),
        Acceptor(Io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    // Sockets are made before: making one is a matter of the loop's.
    for (unsigned I = 0; I != Clients; ++I)
      Sessions.push_back(std::make_unique<Session>(*this, Io));
    accept(0);
  }
  unsigned short port() const { return Acceptor.local_endpoint().port(); }
  Store S;

private:
  struct Session {
    Server &Of;
    tcp::socket Socket;
    char In[512];
    std::string Rest, Out;

    Session(Server &Of, asio::io_context &Io) : Of(Of), Socket(Io) {}
    void read() {
      Of.Way.read(Socket, asio::buffer(In),
                  [this](std::error_code Error, size_t Bytes) {
                    if (!Error)
                      serve(Bytes);
                  });
    }
    void serve(size_t Bytes) {
      Rest.append(In, Bytes);
      Out.clear();
      for (size_t End; (End = Rest.find('\n')) != std::string::npos;) {
        Out += Of.S.answer(Rest.substr(0, End));
        Rest.erase(0, End + 1);
      }
      if (Out.empty())
        return read();
      Of.Way.write(Socket, asio::buffer(Out),
                   [this](std::error_code Error, size_t) {
                     if (!Error)
                       read();
                   });
    }
  };

  void accept(size_t Next) {
    if (Next == Sessions.size())
      return;
    Way.accept(Acceptor, Sessions[Next]->Socket,
               [this, Next](std::error_code Error) {
                 EXPECT(!Error);
                 Sessions[Next]->read();
                 accept(Next + 1);
               });
  }

  How Way;
  tcp::acceptor Acceptor;
  std::vector<std::unique_ptr<Session>> Sessions;
};

/// A client as any other program is one.
class Client {
public:
  explicit Client(unsigned short Port) {
    Socket = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in To = {};
    To.sin_family = AF_INET;
    To.sin_port = htons(Port);
    To.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT(connect(Socket, reinterpret_cast<sockaddr *>(&To), sizeof(To)) == 0);
  }
  ~Client() { close(Socket); }
  std::string ask(std::string Line) {
    Line += '\n';
    EXPECT(write(Socket, Line.data(), Line.size()) ==
           static_cast<ssize_t>(Line.size()));
    std::string Answer;
    for (char C; read(Socket, &C, 1) == 1 && C != '\n';)
      Answer += C;
    return Answer;
  }

private:
  int Socket;
};

constexpr unsigned Clients = 4;
constexpr long Each = 120;

template <class How> static void serve() {
  asio::io_context Io;
  Server<How> Of(Io, Clients);
  unsigned short Port = Of.port();
  std::atomic<unsigned> Left{Clients};
  onThreads(Clients + 1, [&](unsigned Self) {
    if (Self == Clients) {
      Io.run(); // Until all clients have gone.
      EXPECT(Left == 0);
      return;
    }
    Client C(Port);
    std::string Mine = "key" + std::to_string(Self);
    for (long I = 1; I <= Each; ++I) {
      EXPECT(C.ask("add " + Mine + " 2") == std::to_string(2 * I));
      if (I % 3 == 0)
        EXPECT(C.ask("move pool common") == "ok");
      if (I % 10 == 0) // All keys, in one moment.
        EXPECT(atol(C.ask("sum").c_str()) % 2 == 0);
      EXPECT(C.ask("get " + Mine) == std::to_string(2 * I));
    }
    EXPECT(C.ask("get none") == "none");
    --Left;
  });
  stm::atomic([&] {
    EXPECT(Of.S.Requests.value() ==
           Clients * (2 * Each + Each / 3 + Each / 10 + 1));
    EXPECT(Of.S.Values["common"] == Clients * Each / 3 &&
           Of.S.Values["pool"] == -(long(Clients) * Each / 3));
  });
}

/// Order, exceptions, what rolls back, and the library's own functions.
static void executor() {
  asio::io_context Io;
  stm::serial_executor Ex(Io);
  EXPECT(Ex == stm::serial_executor(Ex) && Ex != stm::serial_executor(Io));
  std::vector<int> Ran, Asked;
  Disturber D;
  for (int I = 0; I != 300; ++I)
    asio::post(Ex, [&, I, Big = std::make_unique<int>(I)] {
      D.suffer(static_cast<uint64_t>(I));
      Ran.push_back(*Big);
      Ex.on_loop([&, I] { Asked.push_back(I); }); // By one thread.
      if (I % 50 == 7)
        Ex.execute("one more", [&, I] { Ran.push_back(1000 + I); });
      if (I % 100 == 42)
        throw I;
    });
  int Caught = 0;
  for (;;) {
    try {
      Io.run();
      break;
    } catch (int I) {
      EXPECT(I == 42 + 100 * Caught++);
    }
  }
  EXPECT(Caught == 3 && Ran.size() == 306 && Asked.size() == 300);
  // "One more" is behind whatever had been posted by then.
  for (int I = 7; I < 300; I += 50) {
    auto First = std::find(Ran.begin(), Ran.end(), I);
    auto More = std::find(First, Ran.end(), 1000 + I);
    EXPECT(More != Ran.end());
    Ran.erase(More);
  }
  for (int I = 0; I != 300; ++I)
    EXPECT(Ran[I] == I && Asked[I] == I);

  // A timer of ours; one by the library, which is inevitable and correct.
  Io.restart();
  uint64_t Before = inevitableSoFar();
  asio::steady_timer T(Io), U(Io);
  int Fired = 0;
  stm::async_wait(T, std::chrono::milliseconds(1), Ex, [&](std::error_code) {
    ++Fired;
    stm::async_wait(T, std::chrono::milliseconds(1), Ex,
                    [&](std::error_code) { ++Fired; });
  });
  Io.run();
  EXPECT(Fired == 2 && inevitableSoFar() == Before);
  Io.restart();
  asio::post(Ex, [&] {
    U.expires_after(std::chrono::milliseconds(1));
    U.async_wait(asio::bind_executor(Ex, [&](std::error_code) { ++Fired; }));
  });
  Io.run();
  EXPECT(Fired == 3 && inevitableSoFar() > Before);
}

/// Handlers that don't commute, that throw and that are rolled back: as if one
/// had run after the other.
static void randomHandlers(uint64_t Seed, Disturber &D) {
  asio::io_context Io;
  stm::serial_executor Ex(Io);
  World Shared, Same;
  unsigned Thrown = 0, Caught = 0;
  Numbers N(Seed);
  for (uint64_t Left = 1 + N.below(12); Left != 0; --Left) {
    uint64_t S = N.next();
    bool Throws = S % 16 == 3;
    Same.change(S);
    Thrown += Throws;
    asio::post(Ex, [&Shared, &D, S, Throws] {
      D.suffer(S);
      Shared.change(S);
      if (Throws)
        throw S;
    });
  }
  for (;;) {
    try {
      Io.run();
      break;
    } catch (uint64_t) {
      ++Caught;
    }
  }
  EXPECT(Shared == Same && Caught == Thrown);
}

/// A loop may be destroyed as soon as its last handler has ended, and not
/// before.
static void endsOfLoops() {
  long Ran = 0;
  for (int Round = 0; Round != 500; ++Round) {
    asio::io_context Io;
    stm::serial_executor Ex(Io);
    bool IsLast = false;
    for (int I = 0; I != 3; ++I) {
      asio::post(Ex, [&] { ++Ran; });
      if (Round % 50 == 0) // All that was put has ended, and nobody runs it.
        usleep(1000);
    }
    asio::post(Ex, [&] { Ex.on_loop([&] { IsLast = true; }); });
    Io.run();
    EXPECT(IsLast);
  }
  EXPECT(Ran == 1500);
}

STM_PURE static void takeTime() { usleep(20); }

/// All are about one key, and take their time.
static void hotKey() {
  asio::io_context Io;
  stm::serial_executor Ex(Io);
  Store S;
  for (int I = 0; I != 500; ++I)
    asio::post(Ex, [&S] { // Named by this line.
      S.answer("add hot 1");
      takeTime();
    });
  Io.run();
  EXPECT(S.Values["hot"] == 500);
}

/// As much as was asked for, in one transaction, or the end of the stream.
static void readsInFull() {
  asio::io_context Io;
  stm::serial_executor Ex(Io);
  asio::local::stream_protocol::socket Here(Io), There(Io);
  asio::local::connect_pair(Here, There);
  char Bytes[6] = {};
  bool Ended = false;
  stm::async_read(Here, asio::buffer(Bytes, 5), Ex,
                  [&](std::error_code Error, size_t Count) {
                    EXPECT(!Error && Count == 5 && stm_in_transaction());
                    stm::async_read(Here, asio::buffer(Bytes, 1), Ex,
                                    [&](std::error_code E, size_t) {
                                      Ended = E == asio::error::eof;
                                    });
                  });
  asio::write(There, asio::buffer("ab", 2));
  asio::post(Ex, [&] {
    Ex.on_loop([&] {
      asio::write(There, asio::buffer("cde", 3));
      There.close();
    });
  });
  Io.run();
  EXPECT(Ended && std::string(Bytes) == "abcde");
}

int main(int Argc, char **) {
  stm::set_threads(3);
  if (Argc > 1) {
    hotKey();
    return 0;
  }
  serve<Strand>();
  uint64_t Before = inevitableSoFar();
  serve<Parallel>();
  expectOptimistic(Before);
  executor();
  {
    Disturber D;
    for (unsigned I = 0; I != workloads(30); ++I)
      randomHandlers(I, D);
  }
  readsInFull();
  endsOfLoops();
}
