#include "teasel/core/progress.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <regex>

#include "teasel/core/file.hpp"
#include "temporary_folder.hpp"

namespace teasel {
namespace {

using namespace std::chrono_literals;

// A clock that stands until it is told to go on.
class Hand {
 public:
  void forward(std::chrono::milliseconds by) { now_ += by; }
  Progress::Clock clock() const {
    return [this] { return now_; };
  }

 private:
  std::chrono::steady_clock::time_point now_{1h};
};

// Sends stderr elsewhere for as long as it lives.
class StderrTo {
 public:
  explicit StderrTo(int descriptor) : before_(::dup(STDERR_FILENO)) { ::dup2(descriptor, STDERR_FILENO); }
  ~StderrTo() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
  }
  StderrTo(const StderrTo&) = delete;
  StderrTo& operator=(const StderrTo&) = delete;

 private:
  int before_;
};

// What `action` writes to stderr where that is a file.
std::string written_to_file(const std::function<void()>& action) {
  TemporaryFolder folder;
  int descriptor = ::open((folder / "log").c_str(), O_WRONLY | O_CREAT, 0600);
  {
    StderrTo redirected(descriptor);
    action();
  }
  ::close(descriptor);
  return read_file(folder / "log");
}

// What `action` writes to stderr where that is a terminal of `columns` columns.
std::string written_to_terminal(unsigned short columns, const std::function<void()>& action) {
  ::setenv("TERM", "xterm", 1);
  int keeper = -1, terminal = -1;
  winsize size{24, columns, 0, 0};
  termios raw{};  // no translation of newlines
  if (::openpty(&keeper, &terminal, nullptr, &raw, &size) != 0) throw std::runtime_error("no pseudo-terminal");
  {
    StderrTo redirected(terminal);
    action();
  }
  std::string out;
  pollfd waiting{keeper, POLLIN, 0};
  while (::poll(&waiting, 1, 50) > 0) {
    char buffer[4096];
    ssize_t count = ::read(keeper, buffer, sizeof buffer);
    if (count <= 0) break;
    out.append(buffer, static_cast<size_t>(count));
  }
  ::close(terminal);
  ::close(keeper);
  return out;
}

// Everything that stood on the bar's line, one state after the other.
std::vector<std::string> states(const std::string& written) {
  static const std::string clear = "\r\x1b[K";
  std::vector<std::string> out;
  for (size_t at = written.find(clear); at != std::string::npos;) {
    size_t next = written.find(clear, at + 1);
    out.push_back(written.substr(at + clear.size(), next == std::string::npos ? next : next - at - clear.size()));
    at = next;
  }
  return out;
}

size_t characters(const std::string& text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

TEST(DurationText, FitsTheLength) {
  EXPECT_EQ(duration_text(0.4), "0.4 s");
  EXPECT_EQ(duration_text(9.94), "9.9 s");
  EXPECT_EQ(duration_text(9.96), "10 s");
  EXPECT_EQ(duration_text(12), "12 s");
  EXPECT_EQ(duration_text(59.7), "1 min 00 s");
  EXPECT_EQ(duration_text(185), "3 min 05 s");
  EXPECT_EQ(duration_text(3599.8), "1 h 00 min");
  EXPECT_EQ(duration_text(3720), "1 h 02 min");
  EXPECT_EQ(duration_text(-1), "0.0 s");
  EXPECT_EQ(duration_text(0.0 / 0.0), "0.0 s");
}

TEST(Progress, PrintsPlainLinesElsewhere) {
  const std::string written = written_to_file([] {
    Hand hand;
    Progress progress("train", 8000, "steps", 0, hand.clock());
    for (int i = 0; i <= 75; ++i) {
      progress.update(i * 100, "loss 54.1");
      hand.forward(100ms);
    }
    progress.update(8000, "loss 50.0");
    progress.finish();
  });
  // One line after a second, one five seconds after it, one at the end.
  EXPECT_EQ(written,
            "train  12%  1,000/8,000 steps  1,000/s  0:07 left  loss 54.1\n"
            "train  75%  6,000/8,000 steps  1,000/s  0:02 left  loss 54.1\n"
            "train 100%  8,000/8,000 steps  1,053/s  in 7.6 s  loss 50.0\n");
}

TEST(Progress, ShortTasksPrintNothingElsewhere) {
  const auto task = [](std::chrono::milliseconds length) {
    return written_to_file([&] {
      Hand hand;
      Progress progress("render", 10, "images", 0, hand.clock());
      for (int i = 0; i <= 10; ++i) progress.update(i);
      hand.forward(length);
    });
  };
  EXPECT_EQ(task(999ms), "");
  EXPECT_EQ(task(1s), "render 100%  10/10 images  10.0/s  in 1.0 s\n");
}

TEST(Progress, DrawsABarOnATerminal) {
  const std::string written = written_to_terminal(80, [] {
    Hand hand;
    Progress progress("train", 8000, "steps", 1000, hand.clock());
    hand.forward(100ms);
    progress.update(3200, "loss 54.1");
    hand.forward(100ms);
    progress.update(8000, "loss 50.0");
    progress.finish();
  });
  const auto seen = states(written);
  ASSERT_EQ(seen.size(), 3u) << written;
  // 2,200 steps in a tenth of a second: what was done before this run does not count.
  EXPECT_TRUE(std::regex_match(
      seen[0], std::regex("train  40% ▕(█)+(▏|▎|▍|▌|▋|▊|▉)? +▏ 3,200/8,000 steps  22,000/s  0:00 left  loss 54\\.1")))
      << seen[0];
  EXPECT_TRUE(
      std::regex_match(seen[2], std::regex("train 100% ▕(█)+▏ 8,000/8,000 steps  35,000/s  in 0\\.2 s  loss 50\\.0\n")))
      << seen[2];
}

TEST(Progress, FitsTheTerminal) {
  for (unsigned short columns : {120, 80, 60, 40, 20, 8}) {
    const std::string written = written_to_terminal(columns, [] {
      Hand hand;
      Progress progress("träin", 8000, "steps", 0, hand.clock());
      hand.forward(110ms);
      progress.update(3200, "loss 54.1  kl 12.3");
    });
    ASSERT_EQ(states(written).size(), 2u) << written;
    for (std::string state : states(written)) {
      if (state.ends_with('\n')) state.pop_back();
      EXPECT_LT(characters(state), columns) << state;
      EXPECT_GE(characters(state), std::min<size_t>(columns - 1u, 50)) << state;
    }
  }
}

TEST(Progress, FillsInEighths) {
  for (int done : {0, 1, 100, 200, 399, 400}) {
    std::string written = written_to_terminal(200, [&] {
      Progress progress("x", 400, "items");
      progress.update(done);
    });
    std::string last = states(written).back();
    std::string bar = last.substr(last.find("▕") + 3, last.rfind("▏") - last.find("▕") - 3);
    EXPECT_EQ(characters(bar), 30u) << last;
    size_t full = 0;
    for (size_t at = bar.find("█"); at != std::string::npos; at = bar.find("█", at + 3)) ++full;
    EXPECT_EQ(full, static_cast<size_t>(done * 30 / 400)) << last;
    EXPECT_EQ(last.find("100%") != std::string::npos, done == 400) << last;
  }
}

TEST(Progress, RedrawsAtMostTenTimesASecond) {
  const std::string written = written_to_terminal(80, [] {
    Hand hand;
    Progress progress("train", 1'000'000, "steps", 0, hand.clock());
    for (int64_t ms = 0; ms < 350; ++ms) {
      progress.update(ms);
      hand.forward(1ms);
    }
  });
  std::vector<std::string> counts;
  for (auto& state : states(written)) {
    std::smatch count;
    ASSERT_TRUE(std::regex_search(state, count, std::regex(" ([0-9]+)/1,000,000"))) << state;
    counts.push_back(count[1]);
  }
  EXPECT_EQ(counts, (std::vector<std::string>{"100", "200", "300", "349"}));  // at .1, .2, .3 s and the end
}

TEST(Progress, HasAClockOfItsOwn) {
  const auto before = std::chrono::steady_clock::now();
  const std::string written = written_to_terminal(80, [] {
    Progress progress("train", 1'000'000, "steps");
    const auto start = std::chrono::steady_clock::now();
    for (int64_t i = 0; std::chrono::steady_clock::now() - start < 250ms; ++i) progress.update(i);
  });
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - before;
  const auto count = static_cast<double>(states(written).size());
  EXPECT_GE(count, 2);
  EXPECT_LE(count, taken.count() / 0.1 + 1);
}

TEST(Progress, LinesStandAboveTheBar) {
  const std::string written = written_to_terminal(80, [] {
    Hand hand;
    Progress progress("train", 100, "steps", 0, hand.clock());
    hand.forward(110ms);
    progress.update(50);
    log_line("saved");
    progress.finish();
    log_line("done");
  });
  const auto seen = states(written);
  ASSERT_EQ(seen.size(), 3u) << written;
  EXPECT_EQ(seen[1], "saved\n" + seen[0]);
  EXPECT_TRUE(seen[2].ends_with("\ndone\n")) << seen[2];
  EXPECT_EQ(written_to_file([] { log_line("plain"); }), "plain\n");
}

TEST(Progress, AnInnerBarTakesOverAndGivesBack) {
  const std::string written = written_to_terminal(100, [] {
    Hand hand;
    Progress outer("outer", 10, "steps", 0, hand.clock());
    Progress inner("inner", 10, "items", 0, hand.clock());
    hand.forward(110ms);
    outer.update(5);  // hidden by the inner bar
    inner.finish();
    outer.update(6);
    outer.finish();
  });
  const auto seen = states(written);
  ASSERT_EQ(seen.size(), 3u) << written;
  EXPECT_TRUE(seen[0].starts_with("inner") && seen[1].starts_with("outer  60%") && seen[2].starts_with("outer  60%"))
      << written;
}

TEST(Progress, UnknownTotalsShowCountsOnly) {
  const std::string written = written_to_terminal(80, [] {
    Hand hand;
    Progress progress("scan", 0, "files", 0, hand.clock());
    hand.forward(100ms);
    progress.update(12);
  });
  EXPECT_EQ(states(written).at(0), "scan  12 files  120/s");
}

TEST(Progress, CanBeSilenced) {
  Progress::silence(true);
  const std::string written = written_to_terminal(80, [] {
    Hand hand;
    Progress progress("train", 100, "steps", 0, hand.clock());
    hand.forward(110ms);
    progress.update(50);
    log_line("saved");
  });
  Progress::silence(false);
  EXPECT_EQ(written, "");
}

}  // namespace
}  // namespace teasel
