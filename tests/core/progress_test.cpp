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
#include <thread>

#include "teasel/core/file.hpp"
#include "temporary_folder.hpp"

namespace teasel {
namespace {

using namespace std::chrono_literals;

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
  std::string written = written_to_file([] {
    Progress progress("train", 8000, "steps");
    for (int i = 0; i <= 13; ++i) {
      progress.update(i * 300, "loss 54.1");
      std::this_thread::sleep_for(100ms);
    }
    progress.update(8000, "loss 50.0");
    progress.finish();
  });
  // One line after a second, none in the five seconds after it, one at the end.
  std::regex lines(
      "train +[0-9]+%  [0-9],[0-9]{3}/8,000 steps  [0-9,.]+/s  [0-9:]+ left  loss 54\\.1\n"
      "train 100%  8,000/8,000 steps  [0-9,.]+/s  in [0-9.]+ s  loss 50\\.0\n");
  EXPECT_TRUE(std::regex_match(written, lines)) << written;
}

TEST(Progress, ShortTasksPrintNothingElsewhere) {
  EXPECT_EQ(written_to_file([] {
              Progress progress("render", 10, "images");
              for (int i = 0; i <= 10; ++i) progress.update(i);
            }),
            "");
}

TEST(Progress, DrawsABarOnATerminal) {
  std::string written = written_to_terminal(80, [] {
    Progress progress("train", 8000, "steps", 1000);
    std::this_thread::sleep_for(120ms);
    progress.update(3200, "loss 54.1");
    std::this_thread::sleep_for(120ms);
    progress.update(8000, "loss 50.0");
    progress.finish();
  });
  auto seen = states(written);
  ASSERT_EQ(seen.size(), 3u) << written;
  EXPECT_TRUE(std::regex_match(
      seen[0], std::regex("train  40% ▕(█)+(▏|▎|▍|▌|▋|▊|▉)? +▏ 3,200/8,000 steps  [0-9,]+/s  0:00 left  loss 54\\.1")))
      << seen[0];
  // 2,200 steps in at least 0.12 s: what was done before this run does not count.
  std::smatch rate;
  ASSERT_TRUE(std::regex_search(seen[0], rate, std::regex(" ([0-9]+),[0-9]{3}/s"))) << seen[0];
  EXPECT_LE(std::stoi(rate[1]), 18) << seen[0];
  EXPECT_TRUE(std::regex_match(
      seen[2], std::regex("train 100% ▕(█)+▏ 8,000/8,000 steps  [0-9,]+/s  in [0-9.]+ s  loss 50\\.0\n")))
      << seen[2];
}

TEST(Progress, FitsTheTerminal) {
  for (unsigned short columns : {120, 80, 60, 40, 20, 8}) {
    std::string written = written_to_terminal(columns, [] {
      Progress progress("träin", 8000, "steps");
      std::this_thread::sleep_for(110ms);
      progress.update(3200, "loss 54.1  kl 12.3");
    });
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
  std::string written = written_to_terminal(80, [] {
    Progress progress("train", 1'000'000, "steps");
    auto start = std::chrono::steady_clock::now();
    for (int64_t i = 0; std::chrono::steady_clock::now() - start < 350ms; ++i) progress.update(i);
  });
  size_t count = states(written).size();
  EXPECT_GE(count, 2u);
  EXPECT_LE(count, 4u);  // at .1, .2, .3 s and the end
}

TEST(Progress, LinesStandAboveTheBar) {
  std::string written = written_to_terminal(80, [] {
    Progress progress("train", 100, "steps");
    std::this_thread::sleep_for(110ms);
    progress.update(50);
    log_line("saved");
    progress.finish();
    log_line("done");
  });
  auto seen = states(written);
  ASSERT_EQ(seen.size(), 3u) << written;
  EXPECT_EQ(seen[1], "saved\n" + seen[0]);
  EXPECT_TRUE(seen[2].ends_with("\ndone\n")) << seen[2];
  EXPECT_EQ(written_to_file([] { log_line("plain"); }), "plain\n");
}

TEST(Progress, AnInnerBarTakesOverAndGivesBack) {
  std::string written = written_to_terminal(100, [] {
    Progress outer("outer", 10, "steps");
    Progress inner("inner", 10, "items");
    std::this_thread::sleep_for(110ms);
    outer.update(5);  // hidden by the inner bar
    inner.finish();
    outer.update(6);
    outer.finish();
  });
  auto seen = states(written);
  ASSERT_EQ(seen.size(), 3u) << written;
  EXPECT_TRUE(seen[0].starts_with("inner") && seen[1].starts_with("outer  60%") && seen[2].starts_with("outer  60%"))
      << written;
}

TEST(Progress, UnknownTotalsShowCountsOnly) {
  std::string written = written_to_terminal(80, [] {
    Progress progress("scan", 0, "files");
    std::this_thread::sleep_for(110ms);
    progress.update(12);
  });
  EXPECT_TRUE(std::regex_match(states(written).at(0), std::regex("scan  12 files  [0-9.]+/s"))) << written;
}

TEST(Progress, CanBeSilenced) {
  Progress::silence(true);
  std::string written = written_to_terminal(80, [] {
    Progress progress("train", 100, "steps");
    std::this_thread::sleep_for(110ms);
    progress.update(50);
    log_line("saved");
  });
  Progress::silence(false);
  EXPECT_EQ(written, "");
}

}  // namespace
}  // namespace teasel
