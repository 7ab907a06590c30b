// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "output_writer.hpp"

#include <cerrno>
#include <csignal>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <sweet/testing/scratch_folder.hpp>

using namespace sweet;
using namespace sweet::command;

namespace output_writer_test {
namespace {

report_pieces text(std::string x) {
  report_pieces result;
  result.emplace_back(std::move(x));
  return result;
}

captured_output output_of(std::string_view bytes) {
  captured_output result;
  result.append(bytes);
  return result;
}

void drain(output_writer& writer) {
  while (writer.pending())
    writer.write_some();
}

struct pipe_pair {
  pipe_pair() {
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    read = detail::unique_fd{ends[0]};
    write = detail::unique_fd{ends[1]};
  }

  detail::unique_fd read;
  detail::unique_fd write;
};

} // namespace
} // namespace output_writer_test

BOOST_AUTO_TEST_SUITE(output_writer_test)

BOOST_AUTO_TEST_CASE(writes_texts_and_outputs_in_order) {
  testing::scratch_folder folder;
  detail::unique_fd file{::open((folder / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
  output_writer writer{file.get()};
  BOOST_TEST(!writer.pending());
  std::string large(3'000'000, 'x');
  auto pieces = text("one\n");
  pieces.emplace_back("two\n");
  pieces.emplace_back(output_of(large));
  pieces.emplace_back(output_of(""));
  pieces.emplace_back("");
  pieces.emplace_back("three\n");
  writer.add(std::move(pieces));
  BOOST_TEST(writer.waiting() == large.size() + 14);
  writer.write_some();
  BOOST_TEST(writer.waiting() == large.size() + 6);
  writer.add(text("four\n"));
  drain(writer);
  BOOST_TEST(writer.waiting() == 0U);
  BOOST_TEST((testing::read_file(folder / "out") == "one\ntwo\n" + large + "three\nfour\n"));
  BOOST_TEST(writer.error() == 0);
}

BOOST_AUTO_TEST_CASE(an_output_becomes_the_inside_of_a_json_string) {
  testing::scratch_folder folder;
  detail::unique_fd file{::open((folder / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
  output_writer writer{file.get()};
  // A character across the border of two pieces stays one.
  const auto before = std::string(65'535, 'x');
  report_pieces pieces;
  pieces.emplace_back(json_output{output_of(before + "\u20ac\n\xff\"")});
  pieces.emplace_back("!");
  writer.add(std::move(pieces));
  drain(writer);
  BOOST_TEST((testing::read_file(folder / "out") == before + "\u20ac\\n\ufffd\\\"!"));
}

BOOST_AUTO_TEST_CASE(never_blocks_where_poll_says_there_is_room) {
  pipe_pair ends;
  output_writer writer{ends.write.get()};
  writer.add(text(std::string(1'000'000, 'x')));
  auto room = [&] {
    pollfd p{ends.write.get(), POLLOUT, 0};
    return ::poll(&p, 1, 0) == 1;
  };
  // Nobody reads, so this ends once the pipe is full; a write that waited would hang.
  int writes = 0;
  for (; room(); ++writes)
    writer.write_some();
  BOOST_TEST(writes > 1);
  BOOST_TEST(writer.pending());
}

BOOST_AUTO_TEST_CASE(a_reader_that_has_gone_is_no_error) {
  auto before = std::signal(SIGPIPE, SIG_IGN);
  pipe_pair ends;
  output_writer writer{ends.write.get()};
  ends.read.reset();
  writer.add(text("lost\n"));
  writer.write_some();
  std::signal(SIGPIPE, before);
  BOOST_TEST(!writer.pending());
  BOOST_TEST(writer.error() == 0);
  writer.add(text("lost too\n"));
  BOOST_TEST(!writer.pending());
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error) {
  detail::unique_fd full{::open("/dev/full", O_WRONLY | O_CLOEXEC)};
  output_writer writer{full.get()};
  writer.add(text("lost\n"));
  writer.write_some();
  BOOST_TEST(writer.error() == ENOSPC);
  BOOST_TEST(!writer.pending());
}

BOOST_AUTO_TEST_SUITE_END()
