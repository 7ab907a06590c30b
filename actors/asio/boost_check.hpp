#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What a program that uses this component reads before Asio. A Boost without the cancellation of
// single operations is refused here, in a sentence.

#include <sweet/messages/compiler_check.hpp>

#include <boost/version.hpp>

#if BOOST_VERSION < 107700
#error                                                                                             \
    "sweet::asio needs Boost 1.77 or later, whose Asio can cancel a single operation; on Debian 12 install libboost1.81-dev"
#endif
